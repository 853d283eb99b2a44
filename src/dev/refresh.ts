import { relative, sep } from 'node:path';
import { parse } from 'es-module-lexer/minimal/js';
import type { Plugin } from 'vite';
import { importVite } from './build-widget.ts';

/** What the page's client has published of Fast Refresh; without it a module works all the same. */
const RUNTIME = 'globalThis.__nousvizRefresh';

const SOURCE = /\.[cm]?[jt]sx?$/;

/** Whether a module comes from an installed package. */
export const isPackage = (id: string) => /[/\\]node_modules[/\\]/.test(id);

/** Whether a module is the author's own, one that somebody may be writing. */
export const isOwn = (id: string) => !id.startsWith('\0') && !isPackage(id) && /^(?:\/|[a-z]:)/i.test(id);

/**
 * The functions that the transform's calls need. Declared last and hoisted, so that no line moves.
 * A component keeps its state as long as its name stays the same, within the widget that it is part of.
 */
const epilogue = (scope: string) => `
function $RefreshReg$(type, name) { ${RUNTIME}?.register(type, ${JSON.stringify(`${scope} `)} + name); }
function $RefreshSig$() { return ${RUNTIME}?.createSignatureFunctionForTransform() ?? ((type) => type); }
`;

interface Node {
  type: string;
  declaration?: Node | null;
  id?: { name: string } | null;
  superClass?: object | null;
}

/** Classes of a module's top level that may be components: the transform knows functions alone. */
function classesIn(body: readonly Node[]): string[] {
  return body
    .map((node) => node.declaration ?? node)
    .filter(({ type, superClass }) => type === 'ClassDeclaration' && superClass)
    .flatMap(({ id }) => (id && /^[A-Z]/.test(id.name) ? [id.name] : []));
}

/**
 * The Vite plugin that has every component of the author's own modules register itself with Fast Refresh, so that React can
 * take a later version for the same.
 *
 * @param component the widget that they are part of.
 * @param folder the plugin's folder, absolute.
 */
export const registerComponents = (component: string, folder: string): Plugin => ({
  name: 'nousviz-refresh',
  enforce: 'pre',
  async transform(code, id) {
    const [path = ''] = id.split('?');
    if (!isOwn(id) || !SOURCE.test(path)) return undefined;
    const { parseAst, transformWithOxc } = await importVite(folder);
    const jsx = { runtime: 'automatic', development: true, refresh: true } as const;
    // A mistake in it is told by the build itself, with its place.
    const done = await transformWithOxc(code, id, { jsx, sourcemap: true }).catch(() => undefined);
    if (!done) return undefined;
    const classes = classesIn(parseAst(done.code).body as Node[]);
    const calls = classes.map((name) => `$RefreshReg$(${name}, ${JSON.stringify(name)});`).join(' ');
    const scope = `${component} ${relative(folder, path).replaceAll(sep, '/')}`;
    return { code: `${done.code}\n${calls}${epilogue(scope)}`, map: done.map ?? null, moduleType: 'js' };
  },
});

/** Registers what a bundle exports, where it is no component that has done so: one wrapped in a style sheet's, for instance. */
export function registerDefault(code: string, component: string): string {
  const [, exports] = parse(code);
  const name = exports.find(({ n }) => n === 'default')?.ln;
  return name ? `${code}\n${RUNTIME}?.register(${name}, ${JSON.stringify(`${component} default`)});\n` : code;
}
