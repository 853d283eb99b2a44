/** The cascade layer of `./ui.css`; the sheet itself exports nothing. */
export type Layer = 'nousviz-ui';
