import { relative, sep } from 'node:path';
import { parse } from 'es-module-lexer/minimal/js';
import type { Plugin } from 'vite';
import { importVite } from './build-widget.ts';

/** The Fast Refresh runtime that the page's client publishes. Modules also work without it. */
const RUNTIME = 'globalThis.__nousvizRefresh';

const SOURCE = /\.[cm]?[jt]sx?$/;

/** Whether a module comes from an installed package. */
export const isPackage = (id: string) => /[/\\]node_modules[/\\]/.test(id);

/** Whether a module is the author's own. */
export const isOwn = (id: string) => !id.startsWith('\0') && !isPackage(id) && /^(?:\/|[a-z]:)/i.test(id);

/**
 * The functions that the transform's output calls. They are hoisted and come last, so that line numbers stay the same.
 * A component keeps its state as long as its name within the widget stays the same.
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

/** The top-level classes of a module that may be components. The transform only registers functions. */
function classesIn(body: readonly Node[]): string[] {
  return body
    .map((node) => node.declaration ?? node)
    .filter(({ type, superClass }) => type === 'ClassDeclaration' && superClass)
    .flatMap(({ id }) => (id && /^[A-Z]/.test(id.name) ? [id.name] : []));
}

/**
 * Creates the Vite plugin that registers every component of the author's own modules with Fast Refresh, so that React can
 * replace it by a later version.
 *
 * @param component the name of the widget.
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
    // The build itself reports syntax errors, with their place.
    const done = await transformWithOxc(code, id, { jsx, sourcemap: true }).catch(() => undefined);
    if (!done) return undefined;
    const classes = classesIn(parseAst(done.code).body as Node[]);
    const calls = classes.map((name) => `$RefreshReg$(${name}, ${JSON.stringify(name)});`).join(' ');
    const scope = `${component} ${relative(folder, path).replaceAll(sep, '/')}`;
    return { code: `${done.code}\n${calls}${epilogue(scope)}`, map: done.map ?? null, moduleType: 'js' };
  },
});

/**
 * Registers the default export of a bundle, which is the wrapper that adds a style sheet, and the component in it, which may be
 * unregistered: an anonymous function, for example. The page needs both, because the wrapper stays the same when its component is
 * replaced by another.
 *
 * @param inner the variable of the component in the wrapper, if the bundle has one.
 */
export function registerDefault(code: string, component: string, inner?: string): string {
  const [, exports] = parse(code);
  const name = exports.find(({ n }) => n === 'default')?.ln;
  if (!name) return code;
  const register = (one: string, kind: string) =>
    `${RUNTIME}?.register(${one}, ${JSON.stringify(`${component} ${kind}`)});\n`;
  const inside = inner ? `${register(inner, 'component')}${RUNTIME}?.wrap(${name}, ${inner});\n` : '';
  return `${code}\n${inside}${register(name, 'default')}`;
}
