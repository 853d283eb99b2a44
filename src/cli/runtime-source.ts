import { exec } from 'node:child_process';
import { access, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../dev/usage-error.ts';

/** Where a new plugin's package.json takes this library from. */
export interface RuntimeSource {
  /** As npm spells it: a version range, or `file:` and a path relative to the plugin. */
  spec: string;
  /** The files written for it, relative to the plugin. */
  files: string[];
  /** What the author has to know about it. */
  note?: string;
}

export interface RuntimeSourceOptions {
  /** The plugin's folder, absolute; empty, or not there yet. */
  folder: string;
  /** The folder of the package that this command runs from, absolute. */
  root: string;
  /** The author's own choice, as npm spells it; a path is relative to `from`. */
  runtime?: string | undefined;
  /** The folder that `runtime` is relative to, absolute. */
  from: string;
}

/** What is read of a package.json. */
interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** What is read of npm's record of a node_modules folder. */
interface Lockfile {
  packages?: Record<string, { resolved?: string }>;
}

/**
 * Decides where a new plugin takes this library from. A plugin is committed and installed elsewhere, so only a registry's
 * version and a file inside the plugin are safe: whatever is not known to be from a registry is packed into the plugin.
 * The exceptions are a checkout, which changes while it is worked on, and what the author asked for.
 *
 * @throws {UsageError} for a path that is not there, and where npm cannot pack.
 */
export async function findRuntimeSource({
  folder,
  root,
  runtime,
  from,
}: RuntimeSourceOptions): Promise<RuntimeSource> {
  if (runtime !== undefined) return chosen(runtime, folder, from);
  if (!root.split(sep).includes('node_modules')) return outside(folder, root);
  const { name = '', version = '' } = (await readJson<Manifest>(join(root, 'package.json'))) ?? {};
  if (await isFromRegistry(root, name)) return { spec: `^${version}`, files: [] };
  return vendored(folder, root);
}

/** What the author asked for. */
async function chosen(runtime: string, folder: string, from: string): Promise<RuntimeSource> {
  const path = resolve(from, runtime.replace(/^file:/, ''));
  const isPath = await access(path).then(
    () => true,
    () => false,
  );
  if (isPath) return outside(folder, path);
  if (/^(file:|[./])|\.tgz$/.test(runtime) && !/^https?:/.test(runtime))
    throw new UsageError(`--runtime ${runtime} is not there.`);
  return { spec: runtime, files: [] };
}

/** A path that leads out of the plugin. It is relative, as npm writes it into its lockfile, and names no home folder. */
function outside(folder: string, target: string): RuntimeSource {
  const path = relative(folder, target).replaceAll(sep, '/');
  return {
    spec: `file:${path}`,
    files: [],
    note: `This plugin installs on this machine alone: its package.json takes @nousviz/widget-runtime from ${path}.
To install it elsewhere, pack that into the plugin, and commit the file that npm pack names:

  mkdir vendor
  npm pack ${/\s/.test(path) ? `"${path}"` : path} --pack-destination vendor
  npm install --save-dev ./vendor/FILE`,
  };
}

/** A copy inside the plugin: the installed package, packed again, so that its tarball need not be there any more. */
async function vendored(folder: string, root: string): Promise<RuntimeSource> {
  const vendor = join(folder, 'vendor');
  await mkdir(vendor, { recursive: true });
  try {
    // The folder is in the environment, and the command constant, for a shell has to find npm on Windows.
    await promisify(exec)('npm pack --ignore-scripts --loglevel=error', {
      cwd: root,
      env: { ...process.env, npm_config_pack_destination: vendor, npm_config_update_notifier: 'false' },
    });
    const [file] = await readdir(vendor);
    const path = `vendor/${file}`;
    return {
      spec: `file:${path}`,
      files: [path],
      note: `${path} is a copy of @nousviz/widget-runtime, because no registry is recorded as its source. Commit it: npm installs from it.`,
    };
  } catch (error) {
    await rm(vendor, { recursive: true, force: true });
    throw new UsageError(
      `npm cannot pack ${root}, the package that this command runs from: ${(error as Error).message.trim()}\nSay where the plugin takes it from: --runtime SPEC, a version or the path of a tarball.`,
    );
  }
}

/**
 * Whether an installed package came from a registry. A spec in the project's package.json says so for every package manager,
 * and npm's record says where the files came from; both have to agree. Without either nobody knows, as for `npm install -g`.
 */
async function isFromRegistry(root: string, name: string): Promise<boolean> {
  for (let place = root; place !== dirname(place); place = dirname(place)) {
    if (basename(place) !== 'node_modules') continue;
    const project = dirname(place);
    const manifest = await readJson<Manifest>(join(project, 'package.json'));
    const spec = {
      ...manifest?.optionalDependencies,
      ...manifest?.devDependencies,
      ...manifest?.dependencies,
    }[name];
    const lockfile = await readJson<Lockfile>(join(place, '.package-lock.json'));
    const locked = lockfile?.packages?.[relative(project, root).replaceAll(sep, '/')];
    if (spec === undefined && !locked) continue;
    return isRegistrySpec(spec ?? '') && isRegistryAddress(locked?.resolved);
  }
  return false;
}

/** A version, a range, a tag, or an alias of one; no path, no address, no tarball. */
const isRegistrySpec = (spec: string) =>
  /^(npm:.*|catalog:.*|[^:/\\]*)$/.test(spec) && !/\.t(ar|gz|ar\.gz)$/.test(spec);

/** Registries serve tarballs below `/-/`; npm may be told to leave their addresses out. */
const isRegistryAddress = (resolved: string | undefined) =>
  resolved === undefined || /^https?:.*\/-\//.test(resolved);

/** A file's JSON, or nothing where there is none. */
async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
