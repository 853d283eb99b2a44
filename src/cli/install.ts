import { isOlder } from '../server/tools.ts';
import { installArchive, type InstalledArchive, type InstallOptions } from '../archive/index.ts';

/** Says what a signature proves, and what it does not. */
function describeSignature({ signedBy, signedBefore, isUpdate }: InstalledArchive): string {
  if (!signedBy)
    return signedBefore
      ? `It is not signed; the version before was signed by the key ${signedBefore}. Ask its author why.`
      : 'It is not signed.';
  if (!isUpdate) return `It is signed by the key ${signedBy}.`;
  if (signedBefore === signedBy) return `It is signed by the key ${signedBy}, the same as last time.`;
  return signedBefore
    ? `It is signed by the key ${signedBy}; the version before was signed by the key ${signedBefore}. Ask its author why.`
    : `It is signed by the key ${signedBy}; the version before was not signed.`;
}

/** Says which version is where now, and which was. */
function describeVersion({ id, version, versionBefore, isUpdate, folder }: InstalledArchive): string {
  const name = [id, version].filter(Boolean).join(' ');
  if (!isUpdate) return `Installed ${name} in ${folder}.`;
  if (!version || !versionBefore) return `Updated ${name} in ${folder}.`;
  if (version === versionBefore) return `Replaced ${name} in ${folder} by the same version.`;
  const warning = isOlder(version, versionBefore) ? ' This is an older version.' : '';
  return `Updated ${id} from ${versionBefore} to ${version} in ${folder}.${warning}`;
}

/**
 * Installs an archive and describes the result.
 *
 * @returns What was installed, by whom it is signed, and what is to decide now.
 */
export async function installPlugin(options: InstallOptions): Promise<string> {
  const installed = await installArchive(options);
  return [
    describeVersion(installed),
    describeSignature(installed),
    installed.isUpdate
      ? 'The version that operators consented to runs on, until they accept this one.'
      : 'None of its code runs in pages, until an operator trusts it.',
  ].join('\n');
}
