import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parseSync, type ESTree } from 'vite';
import { root } from './markdown.ts';

/** An entry point, and the page that lists its exports. */
export interface EntryPoint {
  /** `@nousviz/widget-runtime/server` */
  name: string;
  /** Its declarations, relative to the root. */
  types: string;
  /** The page, relative to the root: in the folder of the guide. */
  page: string;
}

/** The entry points with exports in TypeScript, as package.json has them, by the folder of their guide. */
export function entryPoints(): EntryPoint[] {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, string | { types?: string; import?: { types: string } }>;
  };
  return Object.entries(exports).flatMap(([path, target]) => {
    const types = typeof target === 'string' ? undefined : (target.types ?? target.import?.types);
    if (!types || path.endsWith('.css')) return [];
    const room = path === '.' ? 'react' : path.slice(2);
    return [{ name: join(name, path), types, page: `src/${room}/API.md` }];
  });
}

/** A declaration and the comment before it. */
interface Declaration {
  text: string;
  comment: string;
  isType: boolean;
}

/** A file of declarations, parsed. */
interface Parsed {
  path: string;
  text: string;
  body: readonly ESTree.Program['body'][number][];
  comments: readonly { value: string; start: number; end: number }[];
}

const cache = new Map<string, Parsed>();

function parse(path: string): Parsed {
  const known = cache.get(path);
  if (known) return known;
  const text = readFileSync(path, 'utf8');
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`);
  const parsed = { path, text, body: program.body, comments };
  cache.set(path, parsed);
  return parsed;
}

/** The file of a relative import; `undefined` for a package. */
function fileOf(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = join(dirname(from), specifier).replace(/\.[jt]sx?$/, '');
  const found = [`${path}.d.ts`, `${path}/index.d.ts`].find((one) => existsSync(one));
  if (!found) throw new Error(`${from}: ${specifier} has no declarations.`);
  return found;
}

const nameOf = (node: { type: string; name?: string; value?: unknown }) => String(node.name ?? node.value);

/** The names that a statement declares. */
function namesOf(node: ESTree.Node | null): string[] {
  if (!node) return [];
  if (node.type === 'VariableDeclaration')
    return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
  const { id } = node as { id?: { name?: string } | null };
  return id?.name === undefined ? [] : [id.name];
}

/** The statement of a declaration, exported or not. */
const declarationIn = (node: Parsed['body'][number]) =>
  node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration'
    ? (node.declaration as ESTree.Node | null)
    : (node as ESTree.Node);

function declarationsOf({ body, text, comments }: Parsed, name: string): Declaration[] {
  return body.flatMap((node) => {
    const declared = declarationIn(node);
    if (!declared || !namesOf(declared).includes(name)) return [];
    const before = comments.filter(
      ({ end }) => text.slice(end, node.start).trim() === '' && end <= node.start,
    );
    return [
      {
        text: text.slice(declared.start, declared.end).replace(/^declare /, ''),
        comment: before.at(-1)?.value ?? '',
        isType: /^TS(?:Interface|TypeAlias)/.test(declared.type),
      },
    ];
  });
}

/** Finds the declarations of a name that a file exports. */
function find(path: string, name: string): Declaration[] {
  const file = parse(path);
  const own = declarationsOf(file, name);
  if (own.length > 0) return own;
  for (const node of file.body) {
    if (node.type === 'ExportAllDeclaration' && !node.exported) {
      const next = fileOf(path, node.source.value);
      const found = next ? find(next, name) : [];
      if (found.length > 0) return found;
    }
    const isFrom =
      (node.type === 'ExportNamedDeclaration' || node.type === 'ImportDeclaration') && node.source;
    if (!isFrom) continue;
    for (const specifier of node.specifiers) {
      const [outer, inner] =
        specifier.type === 'ExportSpecifier'
          ? [nameOf(specifier.exported), nameOf(specifier.local)]
          : specifier.type === 'ImportSpecifier'
            ? [specifier.local.name, nameOf(specifier.imported)]
            : ['', ''];
      const next = outer === name ? fileOf(path, isFrom.value) : undefined;
      if (next) return find(next, inner);
    }
  }
  return [];
}

/** The names that a file exports. */
function exportsOf(path: string): string[] {
  return parse(path).body.flatMap((node) => {
    if (node.type === 'ExportAllDeclaration') return exportsOf(fileOf(path, node.source.value)!);
    if (node.type !== 'ExportNamedDeclaration') return [];
    return [
      ...namesOf(node.declaration as ESTree.Node | null),
      ...node.specifiers.map(({ exported }) => nameOf(exported)),
    ];
  });
}

const linked = (text: string) => text.replaceAll(/\{@link (\S+?)\}/g, '`$1`').replaceAll('<', '&lt;');
/** Escapes `<` outside of code. */
const proseIn = (text: string) =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : linked(part)))
    .join('');

/** Writes a comment as Markdown: its text, its tags, its examples. */
function markdownOf(comment: string): string {
  const text = comment.replaceAll(/^[ \t]*\* ?/gm, '').trim();
  const [description = '', ...tags] = text.split(/^@(?=[a-z])/m);
  const parts = [proseIn(description.trim())];
  const items: string[] = [];
  for (const tag of tags) {
    const [, kind = '', rest = ''] = /^(\w+)\s*([^]*)$/.exec(tag.trim())!;
    if (kind === 'example') parts.push(`\`\`\`ts\n${rest}\n\`\`\``);
    else if (kind === 'param')
      items.push(proseIn(rest.replace(/^([\w.]+)\s+/, '`$1`: ').replace(/@default\b/, 'Default:')));
    else if (kind === 'returns') items.push(`Returns: ${proseIn(rest)}`);
    else if (kind === 'throws') items.push(`Throws: ${proseIn(rest.replace(/^\{(\w+)\}/, '`$1`'))}`);
    else if (kind === 'default') items.push(`Default: ${proseIn(rest)}`);
    else throw new Error(`The tag @${kind} has no form in the API pages.`);
  }
  if (items.length > 0) parts.splice(1, 0, items.map((item) => `- ${item.replaceAll('\n', ' ')}`).join('\n'));
  return parts.filter(Boolean).join('\n\n');
}

/** Writes the section of one export. */
function sectionFor(name: string, declarations: readonly Declaration[]): string {
  if (declarations.length === 0) throw new Error(`${name} has no declaration.`);
  const comments = declarations.map(({ comment }) => comment).filter((comment) => comment.startsWith('*'));
  const code = declarations.map(({ text }) => text).join('\n');
  return [
    `## ${name}`,
    ...comments.map((comment) => markdownOf(comment.slice(1))),
    `\`\`\`ts\n${code}\n\`\`\``,
  ].join('\n\n');
}

/** Writes the page of an entry point from its declarations: values first, then types, by name. */
export async function apiPage({ name, types, page }: EntryPoint): Promise<string> {
  const path = join(root, types);
  const all = [...new Set(exportsOf(path))].map((one) => ({ one, declarations: find(path, one) }));
  const sections = all
    .toSorted((a, b) => a.one.localeCompare(b.one, 'en'))
    .toSorted((a, b) => Number(a.declarations[0]?.isType) - Number(b.declarations[0]?.isType))
    .map(({ one, declarations }) => {
      // Anchors do not distinguish `formatters` and `Formatters`.
      const isShared = all.some(
        (other) => other.one !== one && other.one.toLowerCase() === one.toLowerCase(),
      );
      const kind = declarations[0]?.isType ? 'type' : 'component';
      return sectionFor(isShared && /^[A-Z]/.test(one) ? `${one} (${kind})` : one, declarations);
    });
  const intro = `All exports of \`${name}\`, with their types; the [guide](README.md) explains them. The text is that of the declarations.`;
  const text = [`# API of \`${name}\``, intro, ...sections].join('\n\n');
  return format(`${text}\n`, { ...(await resolveConfig(join(root, page))), filepath: page });
}
