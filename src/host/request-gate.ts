/** Sends a request at once or later. */
export type Gate = (send: () => Promise<Response>) => Promise<Response>;

/**
 * The gate that the helpers' requests pass while React works on a widget that renders often. It belongs to the page, as the page's
 * `fetch` does.
 */
export const requestGate: { pass?: Gate | undefined } = {};

/** Sends a request of a plugin through the gate, if there is one. */
export const sendThroughGate: Gate = (send) => (requestGate.pass ? requestGate.pass(send) : send());
