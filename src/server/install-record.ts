import { readFile } from 'node:fs/promises';
import { isRecord, type FrontendBlock, type PluginFacts } from '../contract/index.ts';
import { createFileCache, statInner } from './files.ts';

/** The record's path in the folder of an installed plugin. No archive can contain it, since its name is hidden. */
export const INSTALL_RECORD = '.nousviz-installed.json';

/** The largest record that is read, in bytes. */
const MAX_RECORD = 2e6;

/** What the installation of an archive left for servers and for later installations. */
export interface InstallRecord {
  format: 1;
  /** The SHA-256 of the archive, in lower-case hex. */
  archive: string;
  /** The public key whose owner signed the archive; absent if nobody did. */
  signed_by?: string;
  /** Whether the same key had signed the version before; absent for the first version. */
  same_key?: boolean;
  /** The size in bytes and the SHA-256, in lower-case hex, of each file. */
  files: Record<string, { bytes: number; sha256: string }>;
}

const parse = (text: string): InstallRecord | undefined => {
  try {
    const record: unknown = JSON.parse(text);
    const isValid = isRecord(record) && record.format === 1 && isRecord(record.files);
    return isValid ? (record as unknown as InstallRecord) : undefined;
  } catch {
    return undefined;
  }
};

/** Makes a reader of the record in a plugin's folder, links resolved. Without a readable one, nothing is known of the installation. */
export function createInstallRecords(): (folder: string) => Promise<InstallRecord | undefined> {
  const records = createFileCache<InstallRecord | undefined>();
  return async (folder) => {
    const file = await statInner(folder, INSTALL_RECORD);
    if (!file || Number(file.stats.size) > MAX_RECORD) return undefined;
    return records(file.path, file, async () => parse(await readFile(file.path, 'utf8')));
  };
}

/** Says who signed the bundles on the disk; nothing if they are not those of the signed archive. */
export function signatureFacts(
  { signed_by, same_key, files }: Partial<InstallRecord> = {},
  { components }: FrontendBlock,
): Pick<PluginFacts, 'signed_by' | 'signer'> {
  const isUnchanged = components.every(
    ({ path, sha256 }) => files && Object.hasOwn(files, path) && files[path]?.sha256 === sha256,
  );
  if (typeof signed_by !== 'string' || !isUnchanged) return {};
  return { signed_by, signer: same_key === undefined ? 'first' : same_key ? 'same' : 'other' };
}
