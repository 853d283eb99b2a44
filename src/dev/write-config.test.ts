import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { withConfig } from './write-config.ts';

const schema = {
  type: 'object',
  properties: { title: { type: 'string', description: 'A: b # c' }, on: { enum: ['a', 'no'] } },
};

const MANIFESTS: Record<string, string> = {
  'block mappings': `# The manifest
id: sales   # the id
frontend:
    components:
        - name: Table   # one
          path: widget/dist/Table.js
        - path: "widget/dist/Chart.js"   # two

          name: Chart
          x-other: [1,2]   # three

dashboards: [ {name: main} ]
`,
  'flow mappings': `id: sales
frontend:
  components:
    - { name: Table, path: widget/dist/Table.js }
    - { name: Chart, path: widget/dist/Chart.js } # two
version: 1.10
`,
  'a flow list': `{id: sales, frontend: {components: [{name: Table}, {name: Chart}]}}`,
  'the end of the file': 'frontend:\n  components:\n  - name: Table\n  - name: Chart\n    path: a.js',
};

test.each(Object.entries(MANIFESTS))('writes, replaces and removes a schema in %s', (_, text) => {
  const expected = (config: unknown) => {
    const document = parse(text) as { frontend: { components: object[] } };
    document.frontend.components[1] = { ...document.frontend.components[1], config };
    return document;
  };
  const written = withConfig(text, 'Chart', schema);
  expect(parse(written)).toEqual(expected(schema));
  expect(withConfig(written, 'Chart', schema)).toBe(written);
  const replaced = withConfig(written, 'Chart', { type: 'object' });
  expect(parse(replaced)).toEqual(expected({ type: 'object' }));
  // Everything else is as the author wrote it.
  for (const line of text.split('\n').filter((one) => !one.includes('Chart')))
    expect(replaced).toContain(line);
  if (text.includes('{ name') || text.startsWith('{')) return;
  expect(withConfig(replaced, 'Chart', undefined)).toBe(text);
});

test('leaves a schema of the author, and other manifests, as they are', () => {
  const own = 'frontend:\n  components:\n    - name: Chart\n      config: { type: object }\n';
  expect(withConfig(own, 'Chart', undefined)).toBe(own);
  expect(withConfig('id: sales', 'Chart', schema)).toBe('id: sales');
  expect(withConfig(own, 'Table', schema)).toBe(own);
});
