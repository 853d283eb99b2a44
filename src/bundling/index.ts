export { ASSET_LIMIT, ASSETS, assetTooLarge } from './assets.ts';
export { buildMessage, OTHER_PLUGIN_FIX } from './build-messages.ts';
export type { Position } from './code.ts';
export { isNodeBuiltIn, NODE_GLOBALS } from './node-builtins.ts';
export { createProblem, formatProblem, problemsOf, type Problem } from './problems.ts';
export { commonJsSource, resolveReact } from './react.ts';
export { scan } from './scan.ts';
export { attachStyles, splitSourceMap } from './styles.ts';
