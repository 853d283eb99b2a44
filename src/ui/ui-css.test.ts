import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const sheet = readFileSync(join(import.meta.dirname, 'ui.css'), 'utf8').replace(/\/\*[^]*?\*\//g, '');

/** The texts before each `{`: selectors and at-rules. */
const preludes = [...sheet.matchAll(/(?<=^|[{};])([^{};]+)\{/g)].map(([, text]) => text!.trim());
const selectors = preludes.filter((text) => !text.startsWith('@')).flatMap((text) => text.split(/,\s*/));

/** What could reach an element of the host: selectors whose last element has no class of the sheet. */
const leaks = (all: readonly string[]) =>
  all.filter((selector) =>
    selector.split(/\s*[>+~]\s*|\s+/).some((part) => !/^\.nvz-ui(-[a-z-]+)?/.test(part)),
  );

test('is one cascade layer', () => {
  expect(sheet.trim()).toMatch(/^@layer nousviz-ui \{[^]*\}$/);
  expect(preludes.filter((text) => text.startsWith('@layer'))).toHaveLength(1);
  let depth = 0;
  for (const [index, character] of [...sheet.trim()].entries()) {
    depth += character === '{' ? 1 : character === '}' ? -1 : 0;
    if (depth === 0 && index > 20) expect(index).toBe(sheet.trim().length - 1);
  }
});

test('reaches no element of the host', () => {
  expect(selectors.length).toBeGreaterThan(50);
  expect(leaks(selectors)).toEqual([]);
  expect(leaks(['.nvz-ui p', 'button', '.card .nvz-ui-x', '.nvz-ui-x > *', ':root'])).toHaveLength(5);
});

test('sets only its own variables, and reads those of the host with a default', () => {
  for (const [, name] of sheet.matchAll(/^\s*(--[\w-]+):/gm)) expect(name).toMatch(/^--nvz-/);
  for (const [, name, next] of sheet.matchAll(/var\((--[\w-]+)([,)])/g))
    if (!name!.startsWith('--nvz-') || name!.startsWith('--nvz-ui-')) expect(`${name}${next}`).toMatch(/,$/);
});

test('has no sides but those of the writing direction', () => {
  const code = /\.nvz-ui-diff \{[^}]*\}/.exec(sheet)![0];
  expect(code).toContain('direction: ltr');
  // Code is written from left to right in every language.
  const rest = sheet.replace(code, '');
  expect(
    rest.match(/\b(?:left|right)\b|^\s*(?:width|height|min-width|padding-(?:top|bottom)):.*/gm),
  ).toBeNull();
});

test('adapts to forced colours, reduced motion and coarse pointers', () => {
  expect(preludes.filter((text) => text.startsWith('@media'))).toEqual([
    '@media (pointer: coarse)',
    '@media (prefers-reduced-motion: reduce)',
    '@media (forced-colors: active)',
    '@media print',
  ]);
  // Every transition is off with reduced motion.
  const moving = sheet.match(/transition:(?! none)/g);
  expect(moving).toHaveLength(sheet.match(/transition: none/g)!.length);
});

test('styles classes of the components, and no others', () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\./.test(file))
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n');
  const classes = new Set(selectors.flatMap((selector) => selector.match(/\.nvz-ui-[a-z-]+/g) ?? []));
  const unused = [...classes].filter((name) => {
    const end = name.slice('.nvz-ui-'.length);
    if (end === 'head') return false; // inspector
    const stem = end.replace(/^diff-/, '');
    return !sources.includes(`nvz-ui-${end}`) && !new RegExp(`['"]${stem}['"]`).test(sources);
  });
  expect(unused).toEqual([]);
});
