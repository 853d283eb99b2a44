import { existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readPlugins } from '../server/index.ts';
import { createInstallRecords, INSTALL_RECORD, type InstallRecord } from '../server/tools.ts';
import { ArchiveError } from './archive-error.ts';
import { checkFiles, sha256Of, type Integrity } from './integrity.ts';
import { repairFolder, replaceFolder } from './replace-folder.ts';
import { verifyArchive } from './signature.ts';
import { ARCHIVE_LIMITS, readZip, type Files } from './zip.ts';

/** The options of {@link installArchive}. */
export interface InstallOptions {
  /** The path of the archive. A signature is the file beside it with `.minisig` added to its name. */
  archive: string;
  /** The path of the folder of all plugins; it exists. */
  into: string;
  /** The publisher's public key as minisign spells it. With it, an archive without a signature of this key is refused. */
  key?: string | undefined;
  /** Whether a folder of the same id that no archive has made may be replaced. Its other files are lost. @default false */
  replace?: boolean | undefined;
}

/** An installed plugin. */
export interface InstalledArchive {
  id: string;
  /** Empty if the manifest has none. */
  version: string;
  /** The absolute path of its folder. */
  folder: string;
  /** Whether there was a plugin of this id before. */
  isUpdate: boolean;
  /** The version of the plugin before; absent if there was none, or if it had no version. */
  versionBefore?: string;
  /** The public key whose owner signed it; absent if nobody did. */
  signedBy?: string;
  /** The key of the version before; absent if nobody signed it, or if there was none. */
  signedBefore?: string;
}

async function readArchive(path: string): Promise<Uint8Array> {
  const { size } = await stat(path).catch(() => {
    throw new ArchiveError('there is no such file', { remedy: 'Check its path.' });
  });
  // A larger one is not read.
  if (size > ARCHIVE_LIMITS.archive)
    throw new ArchiveError(`it is larger than ${ARCHIVE_LIMITS.archive / 1e6} MB`);
  return readFile(path);
}

/** Checks the signature beside an archive, if there is one or must be one. */
async function checkSignature(path: string, bytes: Uint8Array, key?: string): Promise<string | undefined> {
  const file = `${path}.minisig`;
  if (existsSync(file)) return verifyArchive(bytes, await readFile(file, 'utf8'), key);
  if (key !== undefined)
    throw new ArchiveError(`it has no signature: ${basename(file)} is missing`, {
      remedy: 'Put the publisher’s signature beside it, or install it without --key.',
    });
  return undefined;
}

/** Checks a written folder as a server reads it: the manifest, and that each declared bundle is there. */
async function checkPlugin(folder: string, { id, version }: Integrity, files: Files): Promise<void> {
  const { plugins, refused } = await readPlugins(dirname(folder));
  if (refused[0]) throw new ArchiveError(`a server would refuse the plugin: ${refused[0].detail}`);
  const plugin = plugins[0]!;
  if (plugin.id !== id)
    throw new ArchiveError(`its manifest has the id “${plugin.id}”, and its list “${id}”`);
  if (plugin.version !== version)
    throw new ArchiveError(`its manifest has the version “${plugin.version}”, and its list “${version}”`);
  const missing = plugin.components.find(({ path }) => !files.has(path));
  if (missing)
    throw new ArchiveError(`the bundle ${missing.path} of its component ${missing.name} is missing`);
}

/** The version that a folder has now. */
async function versionIn(into: string, id: string): Promise<string | undefined> {
  const { plugins } = await readPlugins(into);
  return plugins.find((plugin) => plugin.id === id)?.version;
}

async function install(
  archive: string,
  into: string,
  { key, replace = false }: Pick<InstallOptions, 'key' | 'replace'>,
): Promise<InstalledArchive> {
  const bytes = await readArchive(archive);
  const signedBy = await checkSignature(archive, bytes, key);
  const { integrity, files } = checkFiles(await readZip(bytes));
  const { id, version } = integrity;
  const folder = join(into, id);
  await repairFolder(into, id);
  const isUpdate = existsSync(folder);
  const before = isUpdate ? await createInstallRecords()(await realpath(folder)) : undefined;
  if (isUpdate && !before && !replace)
    throw new ArchiveError(`${folder} is not from an archive, and its other files would be lost`, {
      remedy: 'Move it away, or replace it with --replace.',
    });
  const versionBefore = isUpdate ? await versionIn(into, id) : undefined;
  const record: InstallRecord = {
    format: 1,
    archive: sha256Of(bytes),
    ...(signedBy && { signed_by: signedBy }),
    ...(signedBy && isUpdate && { same_key: before?.signed_by === signedBy }),
    files: integrity.files,
  };
  const all = new Map(files).set(INSTALL_RECORD, Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`));
  await replaceFolder(into, id, all, (written) => checkPlugin(written, integrity, files));
  return {
    id,
    version,
    folder,
    isUpdate,
    ...(versionBefore && { versionBefore }),
    ...(signedBy && { signedBy }),
    ...(before?.signed_by && { signedBefore: before.signed_by }),
  };
}

/**
 * Installs a plugin from an archive that anybody may have made. It is no consent: operators decide about the plugin's code afterwards,
 * and about the code of an update again.
 *
 * @throws {ArchiveError} for an archive that is refused; the folder of plugins is as before.
 */
export async function installArchive({
  archive,
  into,
  ...options
}: InstallOptions): Promise<InstalledArchive> {
  const isFolder = await stat(into).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new ArchiveError(`${into} is not a folder. Give the server’s folder of plugins.`);
  try {
    return await install(resolve(archive), resolve(into), options);
  } catch (thrown) {
    if (!(thrown instanceof ArchiveError)) throw thrown;
    throw new ArchiveError(`${basename(archive)} is not installed: ${thrown.message}. ${thrown.remedy}`, {
      cause: thrown,
    });
  }
}
