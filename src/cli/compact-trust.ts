import { fileTrustStore } from '../server/index.ts';

const formatSize = (bytes: number) =>
  bytes < 1000
    ? `${bytes} B`
    : bytes < 1e6
      ? `${(bytes / 1000).toFixed(1)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;

const copies = (count: number) => `${count} ${count === 1 ? 'copy' : 'copies'}`;

/**
 * Removes the copies of bundles that a trust file does not need.
 *
 * @param file The absolute path of the trust file.
 * @param dryRun Removes nothing.
 * @returns A report with each removed copy and its size, and with what that means for operators.
 * @throws {TrustStoreError} if the file has no trust records, or its folder cannot be changed.
 */
export async function compactTrust(file: string, dryRun: boolean): Promise<string> {
  const { removed, kept } = await fileTrustStore(file).compact!({ dryRun });
  const total = removed.reduce((sum, { size }) => sum + size, 0);
  const lines = removed.map(({ sha256, size }) => `  ${sha256}.js  ${formatSize(size)}`);
  const verb = dryRun ? 'Would remove' : 'Removed';
  return [
    `${verb} ${copies(removed.length)}, ${formatSize(total)}; ${copies(kept)} ${kept === 1 ? 'stays' : 'stay'}.`,
    ...lines,
    ...(removed.length > 0
      ? [
          `Operators ${dryRun ? 'could' : 'can'} no longer roll back to the bytes of ${dryRun ? 'these' : 'the removed'} copies.`,
        ]
      : []),
  ].join('\n');
}
