// The second door of this room: what the package's own tools need of the server, and its users do not.
export { createShimReader, javascript } from './answers.ts';
export { LARGEST_BUNDLE } from './bundles.ts';
export { innerFile } from './plugins-folder.ts';
export { grantAfter, hashesOf, sha256Of } from './trust/grant.ts';
export { readYaml } from './yaml.ts';
