import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Reads a file of the repository. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Every Markdown file of the repository, relative to its root. */
export const documents: readonly string[] = ['.', 'src', 'types', 'e2e'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))
    .map((path) => join(folder, path)),
);

/** The text below a heading, up to the next heading of the same level or a higher one. */
export function sectionOf(text: string, heading: string): string {
  const [, marks, after] = text.match(new RegExp(`^(#+) ${heading}\\n([\\s\\S]*)`, 'm')) ?? [];
  if (!marks) throw new Error(`No heading "${heading}".`);
  return after!.split(new RegExp(`^#{1,${marks.length}} `, 'm'))[0]!;
}

const cellsOf = (line: string) =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The tables below a heading, each as its rows of cells without the head. */
export const tablesOf = (text: string, heading: string): string[][][] =>
  [...sectionOf(text, heading).matchAll(/(?:^\|.*\n)+/gm)].map(([table]) =>
    table.trimEnd().split('\n').slice(2).map(cellsOf),
  );

/** Escapes a string for a cell of a table. */
export const cell = (text: string): string =>
  text.replaceAll('|', String.raw`\|`).replaceAll('<', String.raw`\<`);

/** The anchor of a heading on GitHub. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

/** The prose of a document, without code. */
export const proseOf = (text: string) =>
  text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** The anchors of a document's headings. */
export const anchorsOf = (text: string): string[] =>
  [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    anchorOf(heading!),
  );

/** The relative links and images of a document, including `#` and an anchor. */
export const linksOf = (text: string): string[] =>
  [...proseOf(text).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link!);
