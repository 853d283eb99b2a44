/** The rules of the inspector, in the layer of `ui.css`. They load with it. The colours are those of the host's theme. */
export const SHEET = `@layer nousviz-ui {
.nvz-ui-inspector, .nvz-ui-outline {
  --nvz-i-back: var(--nvz-ui-card, hsl(var(--card, 0 0% 100%)));
  --nvz-i-text: var(--nvz-ui-text, hsl(var(--card-foreground, 222 47% 11%)));
  --nvz-i-soft: var(--nvz-ui-quiet, hsl(var(--muted-foreground, 215 16% 40%)));
  --nvz-i-line: var(--nvz-ui-border, hsl(var(--border, 214 32% 85%)));
  --nvz-i-fill: var(--nvz-ui-muted, hsl(var(--muted, 210 40% 94%)));
  --nvz-i-mark: var(--nvz-ui-ring, hsl(var(--ring, 221 83% 53%)));
}
.nvz-ui-inspector {
  display: flex; flex-direction: column; gap: 0; position: fixed; z-index: 2147483000; inset-block-end: 0; inset-inline-end: 0;
  box-sizing: border-box; background: var(--nvz-i-back); color: var(--nvz-i-text);
  font-size: 0.8125rem; line-height: 1.5; text-align: start; overflow-wrap: anywhere;
}
.nvz-ui-inspector[data-side=beside] { inset-block-start: 0; border-inline-start: 1px solid var(--nvz-i-line) }
.nvz-ui-inspector[data-side=below] { inset-inline-start: 0; border-block-start: 1px solid var(--nvz-i-line) }
.nvz-ui-inspector > .nvz-ui-head { padding: 0.75rem 1rem; border-block-end: 1px solid var(--nvz-i-line) }
.nvz-ui-body { position: relative; flex: 1; min-block-size: 0; padding: 0.5rem 1rem 1rem; overflow: auto }
.nvz-ui-edge { position: absolute; z-index: 1; touch-action: none }
.nvz-ui-edge::after { content: ''; position: absolute; inset: 0; margin: auto; border-radius: 99px; background: var(--nvz-i-line) }
.nvz-ui-edge:hover::after, .nvz-ui-edge:focus-visible::after { background: var(--nvz-i-mark) }
@media (min-width: 721px) {
  [data-side=below] > .nvz-ui-body { display: grid; grid-template: auto auto auto 1fr / minmax(14rem, 1fr) minmax(0, 3fr); column-gap: 1.5rem; align-content: start }
  [data-side=below] [role=tabpanel] { grid-area: 1 / 2 / span 4; min-inline-size: 0 }
  [data-side=below] .nvz-ui-tabs { align-self: start; max-block-size: none }
  [data-side=below] [role=tabpanel] h3 { margin-block-start: 0.25rem }
}
[data-side=beside] > .nvz-ui-edge { inset-block: 0; inset-inline-start: -5px; inline-size: 10px; cursor: ew-resize }
[data-side=beside] > .nvz-ui-edge::after { inline-size: 4px; block-size: 3rem }
[data-side=below] > .nvz-ui-edge { inset-inline: 0; inset-block-start: -7px; block-size: 14px; cursor: ns-resize }
[data-side=below] > .nvz-ui-edge::after { inline-size: 3rem; block-size: 4px }
.nvz-ui-inspector :focus-visible { outline: 2px solid var(--nvz-i-mark); outline-offset: 1px }
.nvz-ui-inspector h2:focus { outline: none }
.nvz-ui-inspector .nvz-ui-head { display: flex; justify-content: space-between; align-items: center; gap: 0.5rem }
.nvz-ui-inspector h2 { margin: 0; font-size: 1rem; font-weight: 600 }
.nvz-ui-inspector h3 { margin: 1rem 0 0.5rem; font-size: 0.9375rem; font-weight: 600 }
.nvz-ui-inspector h4 { margin: 1rem 0 0.25rem; font-size: 0.8125rem; font-weight: 600 }
.nvz-ui-inspector p { margin: 0.25rem 0 }
.nvz-ui-inspector .nvz-ui-note, .nvz-ui-inspector .nvz-ui-sub, .nvz-ui-inspector dt { color: var(--nvz-i-soft) }
.nvz-ui-inspector .nvz-ui-sub { display: block; font-size: 0.75rem; font-weight: 400 }
.nvz-ui-inspector .nvz-ui-row { display: flex; flex-wrap: wrap; gap: 0.5rem }
.nvz-ui-inspector .nvz-ui-button {
  min-block-size: 2rem; padding: 0 0.75rem; border: 1px solid var(--nvz-i-line); border-radius: 6px;
  background: var(--nvz-i-back); color: inherit; font: inherit; cursor: pointer;
}
.nvz-ui-inspector .nvz-ui-button:hover { background: var(--nvz-i-fill) }
.nvz-ui-inspector .nvz-ui-button[aria-pressed=true] { border-color: var(--nvz-i-mark); box-shadow: inset 0 0 0 1px var(--nvz-i-mark) }
.nvz-ui-tabs { margin-block-start: 0.75rem; display: flex; flex-direction: column; max-block-size: 12rem; overflow: auto; border: 1px solid var(--nvz-i-line); border-radius: 6px; padding: 2px }
.nvz-ui-tabs button {
  display: flex; justify-content: space-between; gap: 0.5rem; min-block-size: 2rem; padding: 0.25rem 0.5rem; border: 0; border-radius: 4px;
  background: none; color: inherit; font: inherit; text-align: start; cursor: pointer;
}
.nvz-ui-tabs button:hover { background: var(--nvz-i-fill) }
.nvz-ui-tabs button[aria-selected=true] { background: var(--nvz-i-fill); font-weight: 600 }
.nvz-ui-inspected { margin: 0.75rem 0; display: grid; gap: 0.125rem }
.nvz-ui-inspected div { display: grid; grid-template-columns: 6rem 1fr }
.nvz-ui-inspected dd { margin: 0; font-variant-numeric: tabular-nums }
.nvz-ui-chain, .nvz-ui-events { margin: 0; padding: 0; list-style: none }
.nvz-ui-chain li { padding: 0.25rem 0 0.25rem 0.5rem; border-inline-start: 3px solid var(--nvz-i-line) }
.nvz-ui-chain li[data-ok=true] { border-color: #16a34a }
.nvz-ui-chain li[data-ok=false] { border-color: #dc2626 }
.nvz-ui-events li { padding: 0.25rem 0; border-block-start: 1px solid var(--nvz-i-line) }
.nvz-ui-events time { color: var(--nvz-i-soft); font-variant-numeric: tabular-nums }
.nvz-ui-events code { display: block; font-size: 0.75rem; white-space: pre-wrap }
.nvz-ui-waterfall { inline-size: 100%; border-collapse: collapse; font-size: 0.75rem; font-variant-numeric: tabular-nums }
.nvz-ui-waterfall th, .nvz-ui-waterfall td { padding: 0.125rem 0.375rem 0.125rem 0; text-align: start; vertical-align: top; font-weight: 500 }
.nvz-ui-waterfall td { white-space: nowrap }
.nvz-ui-waterfall .nvz-ui-track { inline-size: 25%; padding-inline-end: 0 }
.nvz-ui-bar { block-size: 0.75rem; min-inline-size: 2px; margin-block-start: 0.2rem; border-radius: 2px; overflow: hidden; background: var(--nvz-i-mark) }
.nvz-ui-bar div { block-size: 100%; background: color-mix(in srgb, var(--nvz-i-back) 55%, transparent) }
.nvz-ui-bar-load, .nvz-ui-bar-render { background: var(--nvz-i-soft) }
.nvz-ui-copy textarea { box-sizing: border-box; inline-size: 100%; font: 0.75rem monospace }
.nvz-ui-inspector .nvz-ui-hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.nvz-ui-outline { position: fixed; z-index: 2147482999; box-sizing: border-box; pointer-events: none; outline: 2px solid var(--nvz-i-mark); outline-offset: -1px; border-radius: 4px }
.nvz-ui-outline span {
  position: absolute; inset-block-start: 0; inset-inline-start: 0; max-inline-size: 100%; padding: 0 0.375rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  background: var(--nvz-i-text); color: var(--nvz-i-back); border-radius: 4px; font: 0.75rem/1.5 system-ui, sans-serif;
}
.nvz-ui-outline[data-above] span { inset-block: auto 100% }
@media (forced-colors: active) {
  .nvz-ui-bar { forced-color-adjust: none; background: Highlight }
  .nvz-ui-outline { outline-color: Highlight }
  .nvz-ui-edge::after { forced-color-adjust: none; background: CanvasText }
  .nvz-ui-tabs button[aria-selected=true] { outline: 2px solid Highlight }
}
}`;
