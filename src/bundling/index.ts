export { buildMessage, OTHER_PLUGIN_FIX } from './build-messages.ts';
export type { Position } from './code.ts';
export { ASSET_LIMIT, ASSETS, checkAsset, isPackage, isUnknownFile, MEDIA, type Finding } from './assets.ts';
export { FRAME_LIMITS, type FrameLimit } from './frame-limits.ts';
export { readFrameUses, type FrameUse } from './frame-uses.ts';
export { declaredIn, hasModules } from './manifest.ts';
export { isFatal } from './missing.ts';
export { isCommonJs, isModule } from './module-kind.ts';
export { isNodeBuiltIn, NODE_GLOBALS, RARE_GLOBALS } from './node-builtins.ts';
export { createProblem, formatProblem, problemsOf, type Problem } from './problems.ts';
export { QUERY, readQuery, SCRIPT, scriptUrlSource, sheetUrlSource, workerUrl } from './queries.ts';
export { commonJsSource, resolveReact, shimUrl, type SourceModule } from './react.ts';
export { readText } from './read-text.ts';
export { rewriteReferences } from './references.ts';
export { scan, scanScript } from './scan.ts';
export { checkSheet } from './sheets.ts';
export { keepStrict, makesScripts } from './strict-text.ts';
export { splitSourceMap } from './source-map-comment.ts';
export { attachStyles } from './styles.ts';
export {
  classNamesIn,
  compileClasses,
  findTailwind,
  MARKED,
  markedSource,
  markedSpecifier,
  nameClasses,
  sheetId,
  styledClasses,
  type ClassName,
  type Tailwind,
  type WidgetSheet,
} from './tailwind/index.ts';
export { TARGET } from './target.ts';
export {
  installedFolder,
  isForWebpack,
  isInstalled,
  packageOf,
  placeOf,
  unresolvedMessage,
} from './unresolved.ts';
export { WASM, wasmModuleSource } from './wasm.ts';
export { checkWorkerSource } from './worker-source.ts';
