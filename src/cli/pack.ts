import { lstat, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import {
  ArchiveError,
  ARCHIVE_LIMITS,
  findCollision,
  INTEGRITY_FILE,
  listFiles,
  problemOfPath,
  sha256Of,
  signArchive,
  writeZip,
  type Files,
} from '../archive/index.ts';
import { readPlugin, type PluginFolder } from '../dev/index.ts';
import { innerFile } from '../server/tools.ts';
import { checkPlugin, formatReport } from './check.ts';

/** The options of {@link packPlugin}. */
export interface PackOptions {
  /** The absolute path of the plugin's folder. */
  folder: string;
  /** The absolute path of the archive. @default `<id>-<version>.zip` in the current folder */
  out?: string | undefined;
  /** Adds every file of the folder that is not hidden and not installed. */
  sources?: boolean | undefined;
  /** The absolute path of a private Ed25519 key in PEM, which signs the archive. */
  sign?: string | undefined;
}

/** A written archive. */
export interface PackedPlugin {
  /** The absolute path of the archive. */
  archive: string;
  /** The files, with sizes in bytes. */
  files: { path: string; bytes: number }[];
  /** The archive's size in bytes. */
  bytes: number;
  sha256: string;
  /** The number of warnings of `check`. */
  warnings: number;
  /** The public key, if the archive is signed. */
  publicKey?: string;
}

/** The folders that a NousViz reads, beside the bundles: its Python parts, its database's and its dashboards. */
const FOLDERS = ['api', 'dashboards', 'hooks', 'migrations', 'src'];

/** The files at the top that a NousViz or its operators read. */
const TOP =
  /^(?:plugin\.ya?ml|(?:readme|changelog|license|licence|notice|copying|security)(?:\.\w+)?|requirements\.txt|pyproject\.toml|.+\.py)$/i;

/** Names that are never packed: hidden, installed or compiled. */
const isLeftOut = (name: string) =>
  name.startsWith('.') || name === 'node_modules' || name === '__pycache__' || name.endsWith('.pyc');

/** Lists the files below a folder, sorted, as paths relative to the plugin. @throws {ArchiveError} for a link. */
async function listBelow(folder: string, path: string): Promise<string[]> {
  const found = await lstat(join(folder, path)).catch(() => undefined);
  if (!found) return [];
  if (found.isSymbolicLink()) throw new ArchiveError(`${path} is a link. Replace it with the file itself.`);
  if (found.isFile()) return [path];
  const names = (await readdir(join(folder, path))).filter((name) => !isLeftOut(name)).toSorted();
  const below = await Promise.all(names.map((name) => listBelow(folder, path ? `${path}/${name}` : name)));
  return below.flat();
}

/** The bundles of the manifest and their source maps. */
async function listBundles({ folder, components }: PluginFolder): Promise<string[]> {
  const paths = [...new Set(components.map(({ path }) => path))];
  const maps = await Promise.all(
    paths.map(async (path) => ((await innerFile(folder, `${path}.map`)) ? [`${path}.map`] : [])),
  );
  return [...paths, ...maps.flat()];
}

/** Lists the files of a plugin that belong into its archive, as sorted relative paths. */
async function listPaths(plugin: PluginFolder, sources: boolean): Promise<string[]> {
  const { folder, dashboards, manifest } = plugin;
  /** Whether a file is an archive of another version, or its signature. */
  const isArchive = (name: string) =>
    name.startsWith(`${manifest!.id}-`) && /\.zip(?:\.minisig)?$/.test(name);
  const top = (await readdir(folder)).filter((name) => TOP.test(name));
  const all = () =>
    readdir(folder).then((names) => names.filter((name) => !isLeftOut(name) && !isArchive(name)));
  const starts = sources ? await all() : [...top, ...FOLDERS, ...dashboards.map(({ path }) => path)];
  const found = await Promise.all(starts.map((start) => listBelow(folder, start)));
  return [...new Set([...found.flat(), ...(await listBundles(plugin))])].toSorted();
}

async function readFiles({ folder }: PluginFolder, paths: readonly string[], own: string): Promise<Files> {
  const files: Files = new Map();
  for (const path of paths) {
    const problem = problemOfPath(path);
    if (problem) throw new ArchiveError(`${path} ${problem}. Rename it.`);
    const file = await realpath(join(folder, path));
    if (!file.startsWith(folder + sep)) throw new ArchiveError(`${path} is behind a link. Replace the link.`);
    if (file !== own) files.set(path, await readFile(file));
  }
  const collision = findCollision(files.keys());
  if (collision) throw new ArchiveError(`${collision}. Rename one of them.`);
  return files;
}

/** Signs an archive with the key in a file. */
async function signWith(path: string, content: Uint8Array, name: string) {
  const key = await readFile(path, 'utf8').catch(() => {
    throw new ArchiveError(`${path} cannot be read. Give the file of a private Ed25519 key in PEM.`);
  });
  return signArchive(content, key, name);
}

/** Checks that `install` will accept the size. */
function checkSizes(files: Files, bytes: number): void {
  const total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const [largest] = [...files].toSorted(([, a], [, b]) => b.length - a.length);
  const { archive, file, files: count, total: all } = ARCHIVE_LIMITS;
  const limit = (is: number, most: number) =>
    `${(is / 1e6).toFixed(1)} MB, and at most ${most / 1e6} MB are allowed`;
  if (files.size > count)
    throw new ArchiveError(
      `The archive has ${files.size} files, and at most ${count} are allowed. Leave some out.`,
    );
  if (largest && largest[1].length > file)
    throw new ArchiveError(`${largest[0]} has ${limit(largest[1].length, file)}. Make it smaller.`);
  if (total > all) throw new ArchiveError(`The files have together ${limit(total, all)}. Leave some out.`);
  if (bytes > archive)
    throw new ArchiveError(`The archive has ${limit(bytes, archive)}. Leave some files out.`);
}

/**
 * Writes one archive of a plugin, with what a NousViz needs of it: the manifest, dashboards, bundles, migrations, Python parts, licence
 * and read-me. The same files give the same bytes on every machine.
 *
 * @throws {ArchiveError} if `check` finds an error, or a file must not be packed.
 */
export async function packPlugin(options: PackOptions): Promise<PackedPlugin> {
  const plugin = await readPlugin(options.folder);
  const report = await checkPlugin(options.folder);
  if (report.problems.some(({ level }) => level === 'error'))
    throw new ArchiveError(`${formatReport(report)}\nNothing is packed: correct the errors first.`);
  const { id, version } = plugin.manifest!;
  const archive = options.out ?? join(process.cwd(), `${[id, version].filter(Boolean).join('-')}.zip`);
  const files = await readFiles(plugin, await listPaths(plugin, options.sources ?? false), archive);
  const list = Buffer.from(`${JSON.stringify(listFiles(id, version, files), undefined, 2)}\n`);
  const content = writeZip(new Map(files).set(INTEGRITY_FILE, list));
  checkSizes(files, content.length);
  const signed = options.sign && (await signWith(options.sign, content, basename(archive)));
  await writeFile(archive, content);
  if (signed) await writeFile(`${archive}.minisig`, signed.signature);
  return {
    archive,
    files: [...files].map(([path, { length }]) => ({ path, bytes: length })),
    bytes: content.length,
    sha256: sha256Of(content),
    warnings: report.problems.length,
    ...(signed && { publicKey: signed.publicKey }),
  };
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/** Formats a report for people: each file and its size, then the archive. */
export function formatPacked({ archive, files, bytes, sha256, warnings, publicKey }: PackedPlugin): string {
  const width = Math.max(...files.map(({ path }) => path.length));
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  return [
    ...files.map((file) => `  ${file.path.padEnd(width)}  ${kilobytes(file.bytes).padStart(10)}`),
    '',
    `${basename(archive)}: ${files.length} ${files.length === 1 ? 'file' : 'files'} and their list, ${kilobytes(total)}, packed ${kilobytes(bytes)}`,
    `sha256 ${sha256}`,
    ...(warnings > 0
      ? [`${warnings === 1 ? 'A warning' : `${warnings} warnings`}, listed by: npx nousviz-widget check`]
      : []),
    ...(publicKey ? [`Signed. Tell operators this public key: ${publicKey}`] : []),
  ].join('\n');
}
