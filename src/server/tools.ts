// The second entry point of this folder: functions for the package's own tools, which users of the server do not need.
export { createBundles, MAX_BUNDLE_BYTES } from './bundles.ts';
export { withoutLoginDialog } from './login-dialog.ts';
export { createInstallRecords, INSTALL_RECORD, type InstallRecord } from './install-record.ts';
export { createPluginList } from './list.ts';
export { packageFile } from './package-files.ts';
export { createPluginsReader, innerFile } from './plugins-folder.ts';
export { allowlistOf, policyAt } from './sandbox-headers.ts';
export { answerShim, createShimReader } from './shims.ts';
export { hashesOf, sha256Of } from './trust/grant.ts';
export { actOf, cursorOf, keptOf, notedOf, noteOf, viaOf, withBytes } from './trust/act.ts';
export { askedBy, recordedIn } from './trust/history-file.ts';
export { createLedger, factsOfAll } from './trust/ledger.ts';
export type { TrustRecord } from './trust/record.ts';
export { panelOf, readDashboardFile } from './dashboard-file.ts';
export { isManifestText } from './text-fields.ts';
export { readYaml, spellPath, type UncarriedValue } from './yaml.ts';
