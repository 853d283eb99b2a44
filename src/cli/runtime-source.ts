import { exec } from 'node:child_process';
import { access, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../dev/usage-error.ts';

/** The source of this library in a new plugin's package.json. */
export interface RuntimeSource {
  /** An npm spec: a version range, or `file:` and a path relative to the plugin. */
  spec: string;
  /** The paths of the files that were written for it, relative to the plugin. */
  files: string[];
  /** Advice for the author. */
  note?: string;
}

export interface RuntimeSourceOptions {
  /** The absolute path of the plugin's folder, which is empty or does not exist. */
  folder: string;
  /** The absolute path of the package that contains this command. */
  root: string;
  /** The author's choice, as an npm spec. A path is relative to `from`. */
  runtime?: string | undefined;
  /** The absolute path of the folder that `runtime` is relative to. */
  from: string;
}

/** The fields of a package.json that are used here. */
interface PackageJson {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** The fields of npm's hidden lockfile in node_modules that are used here. */
interface Lockfile {
  packages?: Record<string, { resolved?: string }>;
}

/**
 * Finds the source of this library for a new plugin. A plugin is committed and installed on other machines, so only a version
 * from a registry and a file inside the plugin are safe. A package that is not known to come from a registry is packed into the
 * plugin. The exceptions are a checkout, which changes during development, and the author's own choice.
 *
 * @throws {UsageError} for a path that does not exist, and if npm cannot pack the package.
 */
export async function findRuntimeSource({
  folder,
  root,
  runtime,
  from,
}: RuntimeSourceOptions): Promise<RuntimeSource> {
  if (runtime !== undefined) return chosenSource(runtime, folder, from);
  if (!root.split(sep).includes('node_modules')) return outsideSource(folder, root);
  const own = (await readJson<PackageJson>(join(root, 'package.json'))) ?? {};
  if (await isFromRegistry(root, own)) return { spec: `^${own.version}`, files: [] };
  return vendoredSource(folder, root);
}

/** The source that the author chose. */
async function chosenSource(runtime: string, folder: string, from: string): Promise<RuntimeSource> {
  const path = resolve(from, runtime.replace(/^file:/, ''));
  const isPath = await access(path).then(
    () => true,
    () => false,
  );
  if (isPath) return outsideSource(folder, path);
  if (/^(file:|[./])|\.tgz$/.test(runtime) && !/^https?:/.test(runtime))
    throw new UsageError(
      `--runtime ${runtime} does not exist. Give a version, or the path of a folder or tarball.`,
    );
  return { spec: runtime, files: [] };
}

/** A path outside the plugin. It is relative, as in npm's lockfile, and does not contain a home folder. */
function outsideSource(folder: string, target: string): RuntimeSource {
  const path = relative(folder, target).replaceAll(sep, '/');
  return {
    spec: `file:${path}`,
    files: [],
    note: `This plugin installs only on this machine: its package.json refers to @nousviz/widget-runtime at ${path}.
To install it elsewhere, pack the package into the plugin and commit the file that npm pack prints:

  mkdir vendor
  npm pack ${/\s/.test(path) ? `"${path}"` : path} --pack-destination vendor
  npm install --save-dev ./vendor/FILE`,
  };
}

/** A copy of the installed package inside the plugin. It is packed again, because the original tarball may be gone. */
async function vendoredSource(folder: string, root: string): Promise<RuntimeSource> {
  const vendor = join(folder, 'vendor');
  await mkdir(vendor, { recursive: true });
  try {
    // On Windows a shell must find npm. Its command is constant, and the folder is in the environment.
    await promisify(exec)('npm pack --ignore-scripts --loglevel=error', {
      cwd: root,
      env: { ...process.env, npm_config_pack_destination: vendor, npm_config_update_notifier: 'false' },
    });
    const [file] = await readdir(vendor);
    const path = `vendor/${file}`;
    return {
      spec: `file:${path}`,
      files: [path],
      note: `${path} is a copy of @nousviz/widget-runtime, because this copy does not come from a registry. Commit it: npm installs from it.`,
    };
  } catch (error) {
    await rm(vendor, { recursive: true, force: true });
    throw new UsageError(
      `npm cannot pack ${root}, the package that contains this command: ${(error as Error).message.trim()}\nGive the plugin another source: --runtime SPEC, a version or the path of a tarball.`,
    );
  }
}

/**
 * Whether an installed package came from a registry. The spec in the project's package.json shows it for every package manager,
 * and npm's hidden lockfile shows the source of the files. Both must agree. `npm install -g` leaves neither.
 */
async function isFromRegistry(root: string, { name = '', version = '' }: PackageJson): Promise<boolean> {
  // Yarn 2 and newer run a package inside an archive, whose name has the source.
  const [, source] = /[/\\]@nousviz-widget-runtime-(\w+)-[^/\\]+\.zip[/\\]/.exec(root) ?? [];
  if (source !== undefined) return source === 'npm';
  for (let parent = root; parent !== dirname(parent); parent = dirname(parent)) {
    if (basename(parent) !== 'node_modules') continue;
    const project = dirname(parent);
    const packageJson = await readJson<PackageJson>(join(project, 'package.json'));
    const specs = {
      ...packageJson?.optionalDependencies,
      ...packageJson?.devDependencies,
      ...packageJson?.dependencies,
    };
    // `npm create` installs only the package of that name, which depends on a version of this one.
    const spec = specs[name] ?? (specs['create-nousviz-widget'] === undefined ? undefined : version);
    const lockfile = await readJson<Lockfile>(join(parent, '.package-lock.json'));
    const locked = lockfile?.packages?.[relative(project, root).replaceAll(sep, '/')];
    if (spec === undefined && !locked) continue;
    return isRegistrySpec(spec ?? '') && isRegistryUrl(locked?.resolved);
  }
  return false;
}

/** Whether a spec is a version, a range, a tag, or an alias of one, and not a path, a URL or a tarball. */
const isRegistrySpec = (spec: string) =>
  /^(npm:.*|catalog:.*|[^:/\\]*)$/.test(spec) && !/\.t(ar|gz|ar\.gz)$/.test(spec);

/** Whether a resolved URL is a registry's, which serves tarballs below `/-/`. npm can be configured to omit these URLs. */
const isRegistryUrl = (resolved: string | undefined) =>
  resolved === undefined || /^https?:.*\/-\//.test(resolved);

/** The content of a JSON file, or `undefined` if it cannot be read. */
async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
