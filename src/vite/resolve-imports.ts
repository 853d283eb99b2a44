import type { Plugin, ResolvedConfig, Rolldown } from 'vite';
import {
  buildMessage,
  isFatal,
  isNodeBuiltIn,
  isPackage,
  isUnknownFile,
  MARKED,
  markedSpecifier,
  placeOf,
  readQuery,
  resolveReact,
  unresolvedMessage,
  type Tailwind,
} from '../bundling/index.ts';
import { shimOf } from '../contract/index.ts';
import { isDoubtful, isMissing } from './unresolved.ts';

/** The prefixes of the modules that the plugin makes. */
export const COMMON_JS = '\0nousviz-commonjs:';
export const MISSING = '\0nousviz-missing:';
export const SHEET_URL = '\0nousviz-sheet-url:';
export const MARKED_MODULE = `\0${MARKED}`;

export const STYLES = /\.(?:css|s[ac]ss|less)(?:\?|$)/;

/** What the plugin knows about its build. */
export interface BuildPlace {
  /** The folder that paths in messages are relative to. */
  folder: string;
  /** Whether no other plugin may load further kinds of files. */
  isAlone: boolean;
  /** Names the bundle among those of a page. */
  key: string;
  /** Compiles the Tailwind classes of the author's modules. */
  tailwind: Tailwind | undefined;
  /** The messages of missing modules, which the bundle throws where code asks for them. */
  missing: Map<string, string>;
  /** The expressions that the author's configuration replaces. */
  defined: ReadonlySet<string>;
  /** Vite's options for style sheets, which it reads when it writes them. */
  css?: ResolvedConfig['css'];
}

type ResolveId = Extract<NonNullable<Plugin['resolveId']>, { handler: unknown }>;

/**
 * The imports that the plugin resolves: the author's, and those in packages that are no plain paths. Packages import their own files
 * thousands of times, and each call from Rolldown to JavaScript takes longer than its search for the file. Vite's types and its dev
 * server do not know Rolldown's expressions.
 */
export const RESOLVED = [
  {
    kind: 'include',
    expr: {
      kind: 'not',
      expr: { kind: 'importerId', pattern: /[/\\]node_modules[/\\]/, params: { cleanUrl: false } },
    },
  },
  { kind: 'include', expr: { kind: 'id', pattern: /^[^.]|\?/, params: { cleanUrl: false } } },
] as NonNullable<ResolveId['filter']>;

type Options = Parameters<Rolldown.PluginContext['resolve']>[2];
type Context = Pick<Rolldown.PluginContext, 'resolve' | 'error' | 'warn'>;
type Result = Promise<Rolldown.ResolveIdResult>;

/** Resolves an import with a query that Vite does not treat as a widget needs it; `undefined` for others. */
function resolveQuery(context: Context, specifier: string, importer: string | undefined, options: Options) {
  const { worker, url } = readQuery(specifier);
  // A bundle is one file, so that every worker is inlined.
  if (worker && !/[?&]inline\b/.test(specifier))
    return context.resolve(`${specifier}&inline`, importer, options);
  if (!url || !importer || !STYLES.test(specifier)) return undefined;
  return (
    context
      .resolve(specifier.split('?')[0]!, importer, options)
      // Not by its own ending, because Vite would treat the module as a style sheet.
      .then((sheet) => sheet && `${SHEET_URL}${sheet.id}.js`)
  );
}

/** Resolves the entry, or a path in the author's sources. */
async function resolveOwn(
  context: Context,
  specifier: string,
  importer: string | undefined,
  options: Options,
  { folder, isAlone }: BuildPlace,
): Result {
  const own = await context.resolve(specifier, importer, options);
  if (!own || own.external || isPackage(own.id)) return own;
  if (importer && isAlone && !own.id.includes('?') && isUnknownFile(own.id)) {
    const file = placeOf(specifier, importer, folder);
    return context.error(buildMessage('UNKNOWN_FILE', { file, specifier }));
  }
  // In a package with "type": "module", Rolldown imports CommonJS packages as Node does: `default` is the whole exports
  // object. TypeScript and authors mean the member `default`, so the module loses its package.json.
  const { packageJsonPath: _, ...rest } = own;
  return rest;
}

/** Leads the modules of React to the page's own, and reports modules that do not exist. */
export async function resolveImport(
  context: Context,
  specifier: string,
  importer: string | undefined,
  given: object,
  place: BuildPlace,
  isWorker: boolean,
): Result {
  const isPath = /^[./]/.test(specifier);
  const isQueried = specifier.includes('?');
  if (specifier.startsWith('.') && isPackage(importer ?? '') && !isQueried) return undefined;
  const options = { ...given, skipSelf: true };
  const queried = isQueried && resolveQuery(context, specifier, importer, options);
  if (queried) {
    // Vite throws where a package does not export the module.
    const own = await queried.catch(() => null);
    if (own || !importer) return own;
    return context.error(unresolvedMessage(specifier, importer, place.folder));
  }
  if (importer === undefined || (isPath && !isPackage(importer) && !shimOf(specifier)))
    return resolveOwn(context, specifier, importer, options, place);
  const { kind = 'import-statement' } = given as { kind?: string };
  if (specifier.startsWith(MARKED)) return `\0${specifier}`;
  const { folder, missing, tailwind } = place;
  // A worker has no page, so that its React is its own.
  const found = isWorker
    ? undefined
    : resolveReact(specifier, kind === 'require-call' ? 'require' : 'import');
  if (found) {
    if ('url' in found) {
      const marked =
        tailwind &&
        !importer.startsWith(MARKED_MODULE) &&
        markedSpecifier(found.url, importer.startsWith(COMMON_JS) || isPackage(importer));
      // An absolute path, because the URL is not a file on this disk.
      return marked ? `\0${marked}` : { id: found.url, external: 'absolute' };
    }
    if ('commonJs' in found) return COMMON_JS + found.commonJs;
    return context.error(
      buildMessage(found.refused, { file: placeOf(specifier, importer, folder), specifier }),
    );
  }
  let text: string;
  let isError = kind === 'import-statement';
  if (await isNodeBuiltIn(specifier, importer))
    text = buildMessage('NODE_BUILT_IN', { file: placeOf(specifier, importer, folder), specifier });
  else if (!isPackage(importer) || isDoubtful(specifier, importer)) {
    // Vite throws where a package does not export the module.
    const own = await context.resolve(specifier, importer, options).catch(() => null);
    if (!isMissing(own)) return own;
    text = unresolvedMessage(specifier, importer, folder);
    isError = isFatal(kind, specifier, importer);
  } else return undefined;
  if (isError) return context.error(text);
  // Code may handle a missing module that it requires, so that the bundle throws only then.
  context.warn(text);
  missing.set(specifier, text);
  return MISSING + specifier;
}
