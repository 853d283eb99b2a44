import MagicString, { type SourceMap } from 'magic-string';
import type { Plugin } from 'vite';

/** A node of a syntax tree. Positions count characters. */
interface Node {
  type: string;
  start: number;
  end: number;
}

interface Statement extends Node {
  declaration?: (Node & { id?: Named | null; declarations?: readonly Declarator[] }) | null;
  id?: Named | null;
  declarations?: readonly Declarator[];
  source?: { value: string } | null;
  specifiers?: readonly { local: Named; exported?: Named }[];
  importKind?: string;
}

interface Named {
  name?: string;
}

interface Declarator {
  id: Named;
  init?: Node | null;
}

/** A module, as a parser returns it. */
export interface Program {
  body: readonly unknown[];
}

/** The names that occur in a part of a tree, in any meaning. */
function namesIn(node: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const one of node) namesIn(one, found);
  else if (typeof node === 'object' && node !== null) {
    const { type, name } = node as { type?: string; name?: unknown };
    if ((type === 'Identifier' || type === 'JSXIdentifier') && typeof name === 'string') found.add(name);
    for (const child of Object.values(node)) namesIn(child, found);
  }
  return found;
}

const statementsOf = ({ body }: Program) => body as readonly Statement[];

const declaratorsOf = ({ declaration, declarations }: Statement) =>
  declaration?.declarations ?? declarations ?? [];

/** The names that a statement declares. */
function declaredBy(statement: Statement): Set<string> {
  const { declaration, id } = statement;
  const named = [declaration?.id?.name, id?.name].filter((name) => name !== undefined);
  return new Set([...named, ...declaratorsOf(statement).flatMap((one) => [...namesIn(one.id)])]);
}

const exportsConfig = (statement: Statement) =>
  statement.type === 'ExportNamedDeclaration' &&
  (declaredBy(statement).has('config') ||
    (statement.specifiers ?? []).some(({ exported }) => exported?.name === 'config'));

/**
 * Leaves of a widget's file what its export `config` needs: imports and declarations. The rest is for a browser, and does not run in the
 * Node of a build.
 */
export function onlySchema(text: string, program: Program): string {
  const statements = statementsOf(program);
  const kept = new Set(statements.filter(exportsConfig));
  // A set's loop also visits the members that are added meanwhile.
  for (const statement of kept) {
    const needed = namesIn(statement);
    for (const other of statements)
      if ([...declaredBy(other)].some((name) => needed.has(name))) kept.add(other);
  }
  return statements
    .filter((statement) => kept.has(statement) || statement.type === 'ImportDeclaration')
    .map(({ start, end }) => text.slice(start, end))
    .join('\n');
}

/** A widget's file whose bundle has its settings only if the widget uses them. */
interface Detached {
  code: string;
  /** It has the author's text, which code frames show. */
  map: SourceMap;
  /** The imports that only the settings use. */
  imports: ReadonlySet<string>;
}

/** Detaches `export const config = …`; `undefined` for every other form, of which the bundle has what it needs. */
function detach(file: string, text: string, program: Program): Detached | undefined {
  const statements = statementsOf(program);
  const statement = statements.find(
    (one) => one.type === 'ExportNamedDeclaration' && declaredBy(one).has('config'),
  );
  const [only, other] = statement ? declaratorsOf(statement) : [];
  if (!statement?.declaration || !only?.init || other || only.id.name !== 'config') return undefined;
  const { start, end } = only.init;
  const value = text.slice(start, end);
  // It would be an await within a function.
  if (/\bawait\b/.test(value)) return undefined;
  const changed = new MagicString(text)
    .remove(statement.start, statement.declaration.start)
    .appendLeft(start, '/* @__PURE__ */ (() => (')
    .appendRight(end, '))()');
  const used = new Set(
    statements
      .filter((one) => one !== statement && one.type !== 'ImportDeclaration')
      .flatMap((one) => [...namesIn(one)]),
  );
  const imports = statements.flatMap(({ type, source, specifiers = [] }) =>
    type === 'ImportDeclaration' &&
    source &&
    specifiers.length > 0 &&
    specifiers.every(({ local }) => !used.has(local.name!))
      ? [source.value]
      : [],
  );
  return {
    code: changed.toString(),
    map: changed.generateMap({ source: file, includeContent: true, hires: 'boundary' }),
    imports: new Set(imports),
  };
}

/** Keeps the settings that a widget exports, and their library, out of its bundle: the manifest has their JSON Schema. */
export function detachSchema(entry: string): Plugin {
  let detached: Detached | undefined;
  return {
    name: 'nousviz-settings',
    enforce: 'pre',
    transform: {
      order: 'pre',
      filter: { code: /\bexport\s+const\s+config\b/ },
      handler(code, id) {
        if (id !== entry) return undefined;
        try {
          detached = detach(
            id,
            code,
            this.parse(code, { lang: id.endsWith('.ts') ? 'ts' : 'tsx' }) as Program,
          );
        } catch {
          // The bundler reports the mistake.
          detached = undefined;
        }
        return detached && { code: detached.code, map: detached.map };
      },
    },
    resolveId: {
      order: 'pre',
      async handler(specifier, importer, options) {
        if (importer !== entry || !detached?.imports.has(specifier)) return undefined;
        const found = await this.resolve(specifier, importer, { ...options, skipSelf: true });
        // Whatever it does when it starts is for the settings.
        return found && { ...found, moduleSideEffects: false };
      },
    },
  };
}
