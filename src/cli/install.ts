import { installArchive, type InstalledArchive, type InstallOptions } from '../archive/index.ts';

/** Says what a signature proves, and what it does not. */
function describeSignature({ signedBy, signedBefore, isUpdate }: InstalledArchive): string {
  if (!signedBy)
    return signedBefore
      ? `It is not signed; the version before was signed by the key ${signedBefore}. Ask its author why.`
      : 'It is not signed.';
  if (!isUpdate) return `It is signed by the key ${signedBy}.`;
  if (signedBefore === signedBy) return `It is signed by the key ${signedBy}, the same as last time.`;
  const before = signedBefore ? `signed by the key ${signedBefore}` : 'not signed';
  return `It is signed by the key ${signedBy}; the version before was ${before}. Ask its author why.`;
}

/**
 * Installs an archive and describes the result.
 *
 * @returns What was installed, by whom it is signed, and what is to decide now.
 */
export async function installPlugin(options: InstallOptions): Promise<string> {
  const installed = await installArchive(options);
  const { id, version, isUpdate, folder } = installed;
  const name = [id, version].filter(Boolean).join(' ');
  return [
    `${isUpdate ? 'Updated' : 'Installed'} ${name} in ${folder}.`,
    describeSignature(installed),
    isUpdate
      ? 'The version that operators consented to runs on, until they accept this one.'
      : 'None of its code runs in pages, until an operator trusts it.',
  ].join('\n');
}
