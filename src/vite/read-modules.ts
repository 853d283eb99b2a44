import { relative } from 'node:path';
import type { Plugin } from 'vite';
import {
  ASSETS,
  buildMessage,
  checkAsset,
  checkSheet,
  checkWorkerSource,
  commonJsSource,
  isPackage,
  keepStrict,
  makesScripts,
  markedSource,
  readQuery,
  readText,
  rewriteReferences,
  SCRIPT,
  scriptUrlSource,
  sheetUrlSource,
  WASM,
  wasmModuleSource,
  workerUrl,
  type Finding,
} from '../bundling/index.ts';
import {
  COMMON_JS,
  MARKED_MODULE,
  MISSING,
  RESOLVED,
  resolveImport,
  SHEET_URL,
  STYLES,
  type BuildPlace,
} from './resolve-imports.ts';
import { findUnresolved } from './unresolved.ts';

/** The code of a worker in the module that Vite makes of it, whose first line this is. */
const WORKER_CODE = /^const jsContent = (.*);$/m;

/** The modules that the plugin loads or checks. */
const LOADED = [
  /nousviz-(?:commonjs|missing|sheet-url|marked):/,
  new RegExp(ASSETS.source.replace('$', String.raw`(?:\?|$)`), 'i'),
  /\.css(?:\?|$)/,
  /\?(?:url|init)\b/,
  WASM,
];

/** Which modules the hooks are for. */
interface ModuleKind {
  /** Whether they are those of a worker. */
  isWorker: boolean;
  /** Whether Vite builds, instead of Rolldown alone. */
  isVite(): boolean;
}

/** The hooks that read the modules of a widget, or those of a worker. */
export function readModules(place: BuildPlace, { isWorker, isVite }: ModuleKind) {
  return {
    resolveId: {
      filter: RESOLVED,
      handler(specifier, importer, options) {
        return resolveImport(this, specifier, importer, options, place, isWorker);
      },
    },

    load: {
      filter: { id: LOADED },
      async handler(id) {
        if (id.startsWith(COMMON_JS)) return commonJsSource(id.slice(COMMON_JS.length));
        if (id.startsWith(MARKED_MODULE)) return markedSource(id.slice(1), place.key);
        if (id.startsWith(MISSING))
          return `throw new Error(${JSON.stringify(place.missing.get(id.slice(MISSING.length)))});`;
        if (id.startsWith(SHEET_URL)) return sheetUrlSource(id.slice(SHEET_URL.length, -'.js'.length));
        const [path = ''] = id.split('?');
        if (!isVite() && path.endsWith('.css'))
          return this.error(buildMessage('STYLES_NEED_VITE', { file: relative(place.folder, path) }));
        // Packages have hacks for old browsers, which browsers ignore, and which would end the build.
        if (path.endsWith('.css') && isPackage(path) && place.css)
          place.css.lightningcss = { errorRecovery: true, ...place.css.lightningcss };
        if (WASM.test(id) && isPackage(id)) {
          const finding = await checkAsset(id, place.folder);
          if (finding) report(this, [finding]);
          return wasmModuleSource(id);
        }
        if (ASSETS.test(path) || /\?(?:url|init)\b/.test(id)) {
          const finding = await checkAsset(path, place.folder).catch(() => undefined);
          if (finding) report(this, [finding]);
        }
        const { url, worker } = readQuery(id);
        if (url && !worker && SCRIPT.test(path)) return scriptUrlSource(readText(path));
        return undefined;
      },
    },

    transform: {
      filter: {
        code: isWorker
          ? /import\.meta|^const jsContent = |createObjectURL|await/
          : /import\.meta|url\(|@import|^const jsContent = |createObjectURL/,
      },
      async handler(code, id) {
        const [path = '', query] = id.split('?');
        const { worker, url } = readQuery(id);
        if (worker && url) {
          const [, text] = WORKER_CODE.exec(code) ?? [];
          return text ? { code: `export default ${workerUrl(text)};`, map: null } : undefined;
        }
        if (STYLES.test(path) && !isWorker) report(this, await checkSheet(path, code, place.folder));
        if (query !== undefined || !/\.[cm]?[jt]sx?$/.test(path)) return undefined;
        if (isWorker) report(this, checkWorkerSource(code, path, place.folder));
        const { text, findings } = rewriteReferences(code, path, place.folder) ?? {
          text: code,
          findings: [],
        };
        report(this, findings);
        const strict = makesScripts(text) ? withStrictScripts(text, (one) => this.parse(one)) : text;
        // Lines do not move.
        return strict === code ? undefined : { code: strict, map: null };
      },
    },

    async buildEnd(error) {
      if (!error) report(this, await findUnresolved(this, place.folder));
    },

    onLog(_, { plugin, id = '' }) {
      // What the bundler itself says about a package, such as that it uses "eval", its author can change alone.
      return !plugin && isPackage(id) ? false : undefined;
    },
  } satisfies Partial<Plugin>;
}

/** The code with strict scripts, unless the parser does not know it. */
function withStrictScripts(text: string, parse: (text: string) => object): string {
  try {
    return keepStrict(text, parse(text) as Parameters<typeof keepStrict>[1]) ?? text;
  } catch {
    return text;
  }
}

/** Reports findings as the plugin's own errors and warnings. */
function report(
  context: { error: (text: string) => never; warn: (text: string) => void },
  findings: readonly Finding[],
) {
  for (const { level, text } of findings) if (level === 'warning') context.warn(text);
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length > 0) context.error(errors.map(({ text }) => text).join('\n'));
}
