import { readFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { innerFile, sha256Of } from '../server/tools.ts';
import type { TrustStore } from '../server/index.ts';
import { describeFailure } from './build-plugin.ts';
import { BuildError, expectedSource, findSource } from './build-widget.ts';
import { bundleForDev, type DevBundle } from './dev-bundle.ts';
import type { BuildFailure, DevState, DevWidget } from './dev-state.ts';
import { createDevTrust } from './dev-trust.ts';
import { createOverlay, kindOf } from './overlay.ts';
import { readPlugin, type PluginFolder } from './plugin-folder.ts';
import { formatProblem } from '../bundling/index.ts';

/** A plugin that is being written, with its bundles as they were last built. */
export interface LivePlugin {
  /** The folder of plugins that a host can read, which has this one alone. */
  plugins: string;
  /** Has the author's consent to every bundle. */
  trust: TrustStore;
  state(): Omit<DevState, 'boot'>;
  /** Builds every component. */
  buildAll(): Promise<void>;
  /** Takes in files that were written or removed, and builds what they are part of. @returns whether a page would see it */
  takeIn(files: ReadonlySet<string>): Promise<boolean>;
  /** The text of a module that bundles import from below `MODULES`. */
  moduleAt(name: string): string | undefined;
  /** Whether a file is a bundle's, or a folder that one is in. */
  isBundle(file: string): boolean;
  close(): Promise<void>;
}

/** What {@link createLivePlugin} is told. */
export interface LivePluginOptions {
  plugin: PluginFolder;
  /** Hears of each build, a line or more. */
  report(lines: string): void;
  /** Told of files beyond the plugin's folder that a widget is made of. */
  watch(files: readonly string[]): void;
}

/** A declared component, as far as it was built. */
interface Widget {
  name: string;
  /** Of its bundle, relative to the plugin's folder. */
  path: string;
  filename: string;
  /** Absolute paths of what it was made of; nothing until that is known. */
  files?: ReadonlySet<string>;
  bytes?: Uint8Array;
  /** Where the bytes are built here. */
  bundle?: DevBundle;
  failure?: BuildFailure;
}

/** What can be part of a build without being a module of it: style sheets that one imports, for instance, or settings. */
const UNLISTED =
  /\.(?:css|s[ac]ss|less|styl|json|svg|png|jpe?g|gif|webp|avif|woff2?)$|(?:^|\/)postcss\.config\.\w+$/;

/** Stands where a widget was never built, so that its panel has only the build's failure to show. */
const EMPTY = Buffer.from('export default () => null;\n');

/** Builds that run side by side. */
const AT_ONCE = 4;

/** Modules that are kept for pages that have not followed yet. */
const KEPT = 500;

const failureOf = ({ message, file, line, column, frame }: BuildError): BuildFailure => ({
  message,
  ...(file !== undefined && { file }),
  ...(line !== undefined && { line }),
  ...(column !== undefined && { column }),
  ...(frame !== undefined && { frame }),
});

/** Makes what builds a plugin's components and keeps them up with its files. Writes nothing into the plugin's folder. */
export async function createLivePlugin({ plugin, report, watch }: LivePluginOptions): Promise<LivePlugin> {
  const { folder } = plugin;
  const overlay = await createOverlay(folder);
  const trust = createDevTrust();
  const widgets = new Map<string, Widget>();
  const modules = new Map<string, string>();
  const counts = { documents: 0, answers: 0 };
  let current = plugin;
  let serial = 0;

  const isInside = (file: string) => file.startsWith(folder + sep);
  const pathOf = (file: string) => relative(folder, file).replaceAll(sep, '/');

  async function build(widget: Widget): Promise<string> {
    const { name, path } = widget;
    const source = await findSource(folder, { name, path });
    if (!source) {
      const file = await innerFile(folder, path);
      const lack = `there is no ${expectedSource(path, name)} to build it from.`;
      if (!file)
        throw new BuildError(`${path}: ${lack} Write it, or correct the path.`, { file: current.file });
      widget.files = new Set([file]);
      widget.bytes = await readFile(file);
      return `${path} as it is: ${lack}`;
    }
    const since = performance.now();
    serial += 1;
    const built = await bundleForDev(source, { folder, before: widget.bundle, serial });
    for (const [file, text] of built.modules) {
      // Last come, last gone.
      modules.delete(file);
      modules.set(file, text);
    }
    for (const file of modules.keys()) {
      if (modules.size <= KEPT + built.modules.size) break;
      modules.delete(file);
    }
    widget.bundle = built;
    widget.files = built.files;
    widget.bytes = Buffer.from(built.code);
    const done = `built in ${Math.round(performance.now() - since)} ms.`;
    return [done, ...built.warnings].join(`\n${name}: `);
  }

  /** Builds a component; what fails leaves the last good bundle where it is. */
  async function tryBuild(widget: Widget) {
    try {
      const done = await build(widget);
      delete widget.failure;
      report(`${widget.name}: ${done}`);
    } catch (thrown) {
      if (!(thrown instanceof BuildError)) throw thrown;
      const failure = failureOf(thrown);
      // Said once, though it is tried again with every save.
      if (JSON.stringify(failure) === JSON.stringify(widget.failure)) return;
      widget.failure = failure;
      const { message, ...rest } = failure;
      report(`${widget.name}: ${describeFailure(new BuildError(`${message} [BUILD_FAILED]`, rest))}`);
    }
  }

  /** Builds components and puts their bundles where a host reads them, with the consent of who writes them. */
  async function buildSome(some: readonly Widget[]) {
    if (some.length === 0) return;
    // A bundler keeps several processors busy by itself.
    for (let first = 0; first < some.length; first += AT_ONCE)
      await Promise.all(some.slice(first, first + AT_ONCE).map(tryBuild));
    for (const { path, bytes = EMPTY } of some) await overlay.write(path, bytes);
    const all = [...widgets.values()].map(({ filename, bytes = EMPTY }) => [filename, bytes] as const);
    // Who took trust back wants to see what that is like.
    if (!trust.isRevoked(current.id)) await trust.consent(current.id, 'nousviz-widget dev', new Map(all));
    watch(some.flatMap(({ files = [] }) => [...files]).filter((file) => !isInside(file)));
  }

  /** Takes in what the manifest declares. @returns the components that it did not declare before */
  function declare(next: PluginFolder): Widget[] {
    const before = new Map(widgets);
    widgets.clear();
    current = next;
    for (const { name, path } of next.components) {
      const known = before.get(name);
      widgets.set(name, known?.path === path ? known : { name, path, filename: basename(path) });
    }
    for (const { file, line, column, ...problem } of next.problems)
      report(`${[file, line, column].filter(Boolean).join(':')}: ${formatProblem({ file, ...problem })}`);
    return [...widgets.values()].filter((widget) => before.get(widget.name) !== widget);
  }

  /** Whether a changed file is part of a component, as far as that can be known. */
  function concerns(file: string, { name, path, files, failure }: Widget): boolean {
    const changed = pathOf(file);
    if (files?.has(file)) return true;
    // What cures a failure may not have been there.
    if (!files || failure) return kindOf(changed) === 'source';
    return (kindOf(changed) === 'source' && UNLISTED.test(changed)) || changed === expectedSource(path, name);
  }

  const state = (): Omit<DevState, 'boot'> => ({
    ...counts,
    widgets: [...widgets.values()].map(({ name, filename, bytes, failure }): DevWidget => ({
      pluginId: current.id,
      component: name,
      filename,
      ...(bytes && { sha256: sha256Of(bytes) }),
      ...(failure && { failure }),
    })),
  });

  const declared = declare(plugin);
  return {
    plugins: overlay.plugins,
    trust,
    state,
    buildAll: () => buildSome(declared),
    async takeIn(files) {
      const before = JSON.stringify(state());
      const inner = [...files].filter(isInside).map(pathOf);
      for (const path of inner) await overlay.sync(path);
      const kinds = new Set(inner.map(kindOf));
      const added = kinds.has('document') ? declare(await readPlugin(folder)) : [];
      const concerned = [...widgets.values()].filter((widget) =>
        [...files].some((file) => concerns(file, widget)),
      );
      await buildSome([...new Set([...added, ...concerned])]);
      if (kinds.has('document')) counts.documents += 1;
      if (kinds.has('answer')) counts.answers += 1;
      return JSON.stringify(state()) !== before;
    },
    moduleAt: (name) => modules.get(name),
    isBundle: (file) =>
      [...widgets.values()].some(({ path }) => `${join(folder, path)}${sep}`.startsWith(file + sep)),
    close: overlay.close,
  };
}
