export { ASSET_LIMIT, ASSETS, tooLarge } from './assets.ts';
export { ANOTHERS, buildMessage } from './build-messages.ts';
export type { Place } from './code.ts';
export { isPartOfNode, NODE_GLOBALS } from './node-builtins.ts';
export { createProblem, problemsOf, textOf, type Problem } from './problems.ts';
export { commonJsText, isShimUrl, resolveReact } from './react.ts';
export { scan } from './scan.ts';
export { attachStyles, splitSourceMap } from './styles.ts';
