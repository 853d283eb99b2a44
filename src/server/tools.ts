// The second entry point of this folder: functions for the package's own tools, which users of the server do not need.
export { javascript } from './answers.ts';
export { createBundles, MAX_BUNDLE_BYTES } from './bundles.ts';
export { createPluginList } from './list.ts';
export { packageFile } from './package-files.ts';
export { createPluginsReader, innerFile } from './plugins-folder.ts';
export { createShimReader } from './shims.ts';
export { grantAfter, hashesOf, sha256Of } from './trust/grant.ts';
export { readYaml } from './yaml.ts';
