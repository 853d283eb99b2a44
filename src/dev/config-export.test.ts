import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { makeFolder } from '../server/folder.test.kit.ts';
import { buildPlugin } from './build-plugin.ts';
import { bundle } from './build-widget.ts';

let folder = '';
let printed = '';
const output = {
  print: (line: string) => void (printed += `${line}\n`),
  complain: (line: string) => void (printed += `complaint: ${line}\n`),
};

const MANIFEST = `id: sales
name: sales
version: 1.0.0
frontend:
  components:
    - name: Chart # the chart
      path: widget/dist/Chart.js
`;

const WIDGET = `
import { createContext } from 'react';
import './Chart.css';

const { formatNumber } = NousViz.widgets;
const Theme = createContext('light');
const element = document.createElement('p');
customElements.define('x-chart', class extends HTMLElement {});

export default function Chart({ config }: { config: { title?: string } }) {
  return <p><Theme.Provider value="dark">{config.title} {formatNumber(1)} {element.tagName}</Theme.Provider></p>;
}
`;

/** The same settings in each library, and as JSON Schema. */
const LIBRARIES: Record<string, string> = {
  zod: `import { z } from 'zod';
export const config = z.strictObject({
  title: z.string().default('Sales').describe('The heading'),
  limit: z.number().int().min(1).optional(),
  chart: z.strictObject({ type: z.enum(['line', 'bar']), colors: z.array(z.string().regex(/^#[0-9a-f]{6}$/)).optional() }),
});`,
  valibot: `import * as v from 'valibot';
export const config = v.strictObject({
  title: v.optional(v.pipe(v.string(), v.description('The heading')), 'Sales'),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  chart: v.strictObject({ type: v.picklist(['line', 'bar']), colors: v.optional(v.array(v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/)))) }),
});`,
  arktype: `import { type } from 'arktype';
export const config = type({
  '+': 'reject',
  title: type('string').describe('The heading').default('Sales'),
  'limit?': 'number.integer >= 1',
  chart: { '+': 'reject', type: "'line' | 'bar'", 'colors?': type(/^#[0-9a-f]{6}$/).array() },
});`,
  'JSON Schema': `export const config = {
  type: 'object',
  additionalProperties: false,
  required: ['chart'],
  properties: {
    title: { type: 'string', default: 'Sales', description: 'The heading' },
    limit: { type: 'integer', minimum: 1 },
    chart: {
      type: 'object',
      additionalProperties: false,
      required: ['type'],
      properties: { type: { enum: ['line', 'bar'] }, colors: { type: 'array', items: { type: 'string', pattern: '^#[0-9a-f]{6}$' } } },
    },
  },
} as const;`,
};

async function write(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const read = (path: string) => readFile(join(folder, path), 'utf8');

beforeEach(async () => {
  printed = '';
  folder = join(await makeFolder(), 'sales');
  await write({ 'plugin.yaml': MANIFEST, 'widget/Chart.css': 'p { color: red }' });
  await mkdir(join(folder, 'node_modules'));
  for (const name of ['zod', 'valibot', '@valibot', 'arktype', '@ark', 'arkregex', 'react'])
    await symlink(resolve('node_modules', name), join(folder, 'node_modules', name));
});

const configOf = async () =>
  (parse(await read('plugin.yaml')) as { frontend: { components: { config?: object }[] } }).frontend
    .components[0]!.config;

test.each(Object.entries(LIBRARIES))(
  'writes the schema of %s into the manifest, and not into the bundle',
  async (_, source) => {
    await write({ 'widget/Chart.tsx': source + WIDGET });
    expect(await buildPlugin(folder, output), printed).toBe(true);
    expect(printed).toContain('plugin.yaml  has the settings of Chart');
    expect(await configOf()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['chart'],
      properties: {
        title: { type: 'string', default: 'Sales' },
        limit: { type: 'integer', minimum: 1 },
        chart: {
          required: ['type'],
          properties: {
            type: { enum: expect.arrayContaining(['line', 'bar']) },
            colors: { items: { pattern: '^#[0-9a-f]{6}$' } },
          },
        },
      },
    });
    const code = await read('widget/dist/Chart.js');
    expect(code.length).toBeLessThan(3000);
    expect(code).not.toMatch(/The heading|as config|zod|~standard/);
    // Another build changes nothing.
    const manifest = await read('plugin.yaml');
    printed = '';
    expect(await buildPlugin(folder, output)).toBe(true);
    expect(await read('plugin.yaml')).toBe(manifest);
    expect(printed).not.toContain('settings');
  },
);

test('maps a bundle to the text of the author, also on the line of the settings', async () => {
  const text = `${LIBRARIES.zod} export const kept = () => 'on one line' + Math.random();
export default () => <p>{kept() + 'below it'}</p>;`;
  await write({ 'widget/Chart.tsx': text });
  const entry = join(folder, 'widget/Chart.tsx');
  const built = await bundle(
    { component: 'Chart', entry, path: 'widget/dist/Chart.js' },
    { folder, sourcemap: true },
  );
  const payload = JSON.parse(built.map!) as SourceMapPayload;
  const map = new SourceMap(payload);
  expect(payload.sourcesContent[payload.sources.indexOf('widget/Chart.tsx')]).toBe(text);
  const placeIn = (code: string, part: RegExp) => {
    const before = code.slice(0, code.search(part)).split('\n');
    return [before.length - 1, before.at(-1)!.length] as const;
  };
  for (const part of [/.on one line/, /.below it/]) {
    const found = map.findEntry(...placeIn(built.code, part));
    expect(found).toMatchObject({ originalSource: 'widget/Chart.tsx' });
    const { originalLine, originalColumn } = found as { originalLine: number; originalColumn: number };
    expect([originalLine, originalColumn]).toEqual(placeIn(text, part));
  }
});

test('keeps the manifest of a widget without settings, and removes settings that are gone', async () => {
  await write({ 'widget/Chart.tsx': `const config = 1;${WIDGET}${'// export config'}` });
  expect(await buildPlugin(folder, output), printed).toBe(true);
  expect(await read('plugin.yaml')).toBe(MANIFEST);
  await write({ 'widget/Chart.tsx': LIBRARIES.zod! + WIDGET });
  await buildPlugin(folder, output);
  await write({ 'widget/Chart.tsx': WIDGET });
  await buildPlugin(folder, output);
  expect(await read('plugin.yaml')).toBe(MANIFEST);
});

test('reads settings from a file of their own, and keeps a schema that the widget uses', async () => {
  const uses = `${WIDGET}export const isRight = (value: unknown) => config.safeParse(value).success;`;
  await write({ 'widget/Chart.tsx': LIBRARIES.zod! + uses });
  expect(await buildPlugin(folder, output), printed).toBe(true);
  expect(await read('widget/dist/Chart.js')).toContain('The heading');
  await write({
    'widget/config.ts': LIBRARIES.zod!,
    'widget/Chart.tsx': `export { config } from './config.ts';${WIDGET}`,
  });
  expect(await buildPlugin(folder, output), printed).toBe(true);
  expect(await configOf()).toMatchObject({ required: ['chart'] });
});

test.each([
  [
    'code that throws',
    'export const config = (() => { throw new Error("no such file"); })();',
    'no such file',
  ],
  [
    'code that needs a browser',
    'export const config = { title: document.title };',
    'document is not defined',
  ],
  [
    'a schema that JSON Schema cannot express',
    "import { z } from 'zod';\nexport const config = z.object({ at: z.date() });",
    'Date cannot be represented',
  ],
  [
    'a schema that changes values',
    "import { z } from 'zod';\nexport const config = z.object({ tags: z.string().transform((text) => text.split(',')) });",
    'it changes values (Transforms cannot be represented in JSON Schema)',
  ],
  [
    'a schema that gives a value another type',
    "import { z } from 'zod';\nexport const config = z.object({ rows: z.array(z.object({ on: z.stringbool() })) });",
    'it changes config.rows[].on into another value',
  ],
  [
    'a schema that gives the values of a mapping another type',
    "import { z } from 'zod';\nexport const config = z.object({ on: z.record(z.string(), z.union([z.number(), z.stringbool()])) });",
    'it changes config.on.* into another value',
  ],
  [
    'a schema of Valibot that changes values',
    "import * as v from 'valibot';\nexport const config = v.object({ tags: v.pipe(v.string(), v.transform((text) => text.split(','))) });",
    'transform',
  ],
  [
    'a schema of ArkType that changes values',
    "import { type } from 'arktype';\nexport const config = type({ size: 'string.numeric.parse' });",
    'could not become JSON Schema',
  ],
  [
    'a keyword that hosts do not know',
    'export const config = { if: {} };',
    'config.if is a keyword that is not supported',
  ],
  ['a value that is no schema', 'export const config = 5;', 'must be a JSON Schema'],
])('names %s', async (_, source, message) => {
  await write({ 'widget/Chart.tsx': source + WIDGET });
  expect(await buildPlugin(folder, output)).toBe(false);
  expect(printed).toMatch(/^complaint: widget\/Chart\.tsx: The export "config"/m);
  expect(printed).toContain(message);
  expect(printed).toContain('[CONFIG_UNREADABLE]');
  expect(await read('plugin.yaml')).toBe(MANIFEST);
});
