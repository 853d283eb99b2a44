import { readFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { ConfigSchema } from '../config/index.ts';
import { innerFile, sha256Of } from '../server/tools.ts';
import type { TrustStore } from '../server/index.ts';
import { formatBuildError } from './build-plugin.ts';
import { readConfigExport } from './config-export.ts';
import { BuildError, expectedSource, findSource } from './build-widget.ts';
import { bundleForDev, type DevBundle } from './dev-bundle.ts';
import type { BuildFailure, DevState, DevWidget } from './dev-state.ts';
import { createDevTrust } from './dev-trust.ts';
import { formatMockProblem, readMocks } from './mock-files.ts';
import { createOverlay, kindOf } from './overlay.ts';
import { readPlugin, type PluginFolder } from './plugin-folder.ts';
import { withConfig } from './write-config.ts';
import { formatProblem } from '../bundling/index.ts';

/** A plugin under development and its last built bundles. */
export interface LivePlugin {
  /** The plugins folder for the host, which contains only this plugin. */
  plugins: string;
  /** The store with the author's consent to every bundle. */
  trust: TrustStore;
  state(): Omit<DevState, 'boot'>;
  /** Builds every component. */
  buildAll(): Promise<void>;
  /** Applies changes to files: rebuilds the components that they belong to. @returns whether the state has changed */
  update(files: ReadonlySet<string>): Promise<boolean>;
  /** The code of a module by its name below `modulesPath`. */
  getModule(name: string): string | undefined;
  /** Whether a path is a bundle or a folder that contains one. */
  isBundle(file: string): boolean;
  close(): Promise<void>;
}

/** The options of {@link createLivePlugin}. */
export interface LivePluginOptions {
  plugin: PluginFolder;
  /** Whether the plugin runs in sandboxed frames. @default false */
  sandboxed?: boolean;
  /** Called after each build with one line or more. */
  report(lines: string): void;
  /** Called with a widget's modules outside the plugin's folder. */
  watch(files: readonly string[]): void;
}

/** A declared component and its last build. */
interface Widget {
  name: string;
  /** The path of its bundle, relative to the plugin's folder. */
  path: string;
  filename: string;
  /** Absolute paths of its modules; absent before the first successful build. */
  files?: ReadonlySet<string>;
  bytes?: Uint8Array;
  /** Present if its bytes were built from a source. */
  bundle?: DevBundle;
  /** The schema that the manifest has. */
  declared?: ConfigSchema | undefined;
  /** The schema that its source exports, in place of the manifest's. */
  exported?: ConfigSchema | undefined;
  failure?: BuildFailure;
}

/** Files that can affect a build without being its modules: imported style sheets, assets and settings, for example. */
const UNLISTED =
  /\.(?:css|s[ac]ss|less|styl|json|svg|png|jpe?g|gif|webp|avif|woff2?)$|(?:^|\/)postcss\.config\.\w+$/;

/** The bundle of a widget that was never built. Its panel only shows the build's failure. */
const EMPTY = Buffer.from('export default () => null;\n');

/** The number of parallel builds. */
const CONCURRENCY = 4;

/** The number of earlier modules in the cache, for pages that still load them. */
const MAX_EARLIER = 500;

const failureOf = ({ message, file, line, column, frame }: BuildError): BuildFailure => ({
  message,
  ...(file !== undefined && { file }),
  ...(line !== undefined && { line }),
  ...(column !== undefined && { column }),
  ...(frame !== undefined && { frame }),
});

/** Creates a builder that rebuilds a plugin's components when files change. It writes nothing into the plugin's folder. */
export async function createLivePlugin(options: LivePluginOptions): Promise<LivePlugin> {
  const { plugin, sandboxed = false, report, watch } = options;
  const { folder } = plugin;
  const overlay = await createOverlay(folder);
  const trust = createDevTrust(sandboxed ? 'sandboxed' : undefined);
  const widgets = new Map<string, Widget>();
  const modules = new Map<string, string>();
  const counts = { documents: 0, answers: 0 };
  let current = plugin;
  let mistakes: readonly string[] = [];
  let serial = 0;

  const isInside = (file: string) => file.startsWith(folder + sep);
  const pathOf = (file: string) => relative(folder, file).replaceAll(sep, '/');

  /** Removes the oldest of the modules that no bundle has any more. */
  function forgetEarlier() {
    const used = new Set([...widgets.values()].flatMap(({ bundle }) => [...(bundle?.modules.keys() ?? [])]));
    const earlier = [...modules.keys()].filter((file) => !used.has(file));
    for (const file of earlier.slice(0, Math.max(0, earlier.length - MAX_EARLIER))) modules.delete(file);
  }

  async function build(widget: Widget): Promise<string> {
    const { name, path } = widget;
    const source = await findSource(folder, { name, path });
    if (!source) {
      const file = await innerFile(folder, path);
      const reason = `there is no ${expectedSource(path, name)} to build it from.`;
      if (!file)
        throw new BuildError(`${path}: ${reason} Write it, or correct the path.`, { file: current.file });
      widget.files = new Set([file]);
      widget.bytes = await readFile(file);
      return `${path} as it is: ${reason}`;
    }
    const since = performance.now();
    serial += 1;
    const built = await bundleForDev(source, {
      folder,
      pluginId: current.id,
      previous: widget.bundle,
      serial,
    });
    for (const [file, text] of built.modules) {
      // The last entry is removed last.
      modules.delete(file);
      modules.set(file, text);
    }
    widget.bundle = built;
    widget.exported = await readConfigExport(source, folder);
    forgetEarlier();
    widget.files = built.files;
    widget.bytes = Buffer.from(built.code);
    const done = `built in ${Math.round(performance.now() - since)} ms.`;
    return [done, ...built.warnings].join(`\n${name}: `);
  }

  /** Builds a component. If the build fails, the last successful bundle stays. */
  async function tryBuild(widget: Widget) {
    try {
      const done = await build(widget);
      delete widget.failure;
      report(`${widget.name}: ${done}`);
    } catch (thrown) {
      if (!(thrown instanceof BuildError)) throw thrown;
      const failure = failureOf(thrown);
      // Every save retries the build; the same failure is reported once.
      if (JSON.stringify(failure) === JSON.stringify(widget.failure)) return;
      widget.failure = failure;
      const { message, ...rest } = failure;
      report(`${widget.name}: ${formatBuildError(new BuildError(`${message} [BUILD_FAILED]`, rest))}`);
    }
  }

  /** Writes the schemas that widgets export into the host's copy of the manifest, as a build does into the manifest. */
  async function writeSchemas() {
    const exported = [...widgets.values()].filter((widget) => widget.exported);
    const path = exported.length > 0 ? await innerFile(folder, current.file) : undefined;
    if (!path) return;
    let text = await readFile(path, 'utf8');
    for (const widget of exported) text = withConfig(text, widget.name, widget.exported);
    await overlay.write(current.file, text);
  }

  /** Reports the mistakes in mock files, each once until it is gone. */
  async function readMockFiles() {
    const found = (await readMocks(folder)).problems.map(formatMockProblem);
    for (const line of found) if (!mistakes.includes(line)) report(line);
    mistakes = found;
  }

  /** Builds components, writes their bundles into the host's folder and records the author's consent. */
  async function buildWidgets(concerned: readonly Widget[]) {
    if (concerned.length === 0) return;
    // The bundler itself uses several threads.
    for (let first = 0; first < concerned.length; first += CONCURRENCY)
      await Promise.all(concerned.slice(first, first + CONCURRENCY).map(tryBuild));
    for (const { path, bytes = EMPTY } of concerned) await overlay.write(path, bytes);
    await writeSchemas();
    const all = [...widgets.values()].map(({ filename, bytes = EMPTY }) => [filename, bytes] as const);
    // A revoke lasts, so that an author can test it.
    if (!trust.isRevoked(current.id)) await trust.accept(current.id, 'nousviz-widget dev', new Map(all));
    watch(concerned.flatMap(({ files = [] }) => [...files]).filter((file) => !isInside(file)));
  }

  /** Applies the manifest's declarations. @returns the components that are new or have a new path */
  function declare(next: PluginFolder): Widget[] {
    const before = new Map(widgets);
    widgets.clear();
    current = next;
    for (const { name, path, config } of next.components) {
      const known = before.get(name);
      const widget = known?.path === path ? known : { name, path, filename: basename(path) };
      widgets.set(name, Object.assign(widget, { declared: config }));
    }
    for (const { file, line, column, ...problem } of next.problems)
      report(`${[file, line, column].filter(Boolean).join(':')}: ${formatProblem({ file, ...problem })}`);
    return [...widgets.values()].filter((widget) => before.get(widget.name) !== widget);
  }

  /** Whether a changed file may affect a component. */
  function concerns(file: string, { name, path, files, failure }: Widget): boolean {
    const changed = pathOf(file);
    if (files?.has(file)) return true;
    // A new file may fix a failed build.
    if (!files || failure) return kindOf(changed) === 'source';
    return (kindOf(changed) === 'source' && UNLISTED.test(changed)) || changed === expectedSource(path, name);
  }

  const state = (): Omit<DevState, 'boot'> => ({
    ...counts,
    mistakes,
    widgets: [...widgets.values()].map(
      ({ name, filename, bytes, failure, declared, exported: config = declared }): DevWidget => ({
        pluginId: current.id,
        component: name,
        filename,
        ...(bytes && { sha256: sha256Of(bytes) }),
        ...(failure && { failure }),
        ...(config && { config }),
      }),
    ),
  });

  const declared = declare(plugin);
  return {
    plugins: overlay.plugins,
    trust,
    state,
    async buildAll() {
      await readMockFiles();
      await buildWidgets(declared);
    },
    async update(files) {
      const before = JSON.stringify(state());
      const inner = [...files].filter(isInside).map(pathOf);
      for (const path of inner) await overlay.sync(path);
      const kinds = new Set(inner.map(kindOf));
      const added = kinds.has('document') ? declare(await readPlugin(folder)) : [];
      const concerned = [...widgets.values()].filter((widget) =>
        [...files].some((file) => concerns(file, widget)),
      );
      await buildWidgets([...new Set([...added, ...concerned])]);
      if (kinds.has('document')) await writeSchemas();
      if (kinds.has('document')) counts.documents += 1;
      if (kinds.has('answer')) counts.answers += 1;
      if (kinds.has('answer')) await readMockFiles();
      return JSON.stringify(state()) !== before;
    },
    getModule: (name) => modules.get(name),
    isBundle: (file) =>
      [...widgets.values()].some(({ path }) => `${join(folder, path)}${sep}`.startsWith(file + sep)),
    close: overlay.close,
  };
}
