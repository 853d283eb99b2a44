import { expect, test } from 'vitest';
import { describeSettings } from '../config/index.ts';
import { makeFolder } from '../server/folder.test.kit.ts';
import { formatSettings } from './settings-table.ts';

const MANIFEST = `id: sales
frontend:
  components:
    - name: Chart
      path: widget/dist/Chart.js
      config:
        type: object
        required: [query]
        properties:
          query: { type: string, minLength: 1, description: "The rows | and\\n columns" }
          limit: { type: integer, minimum: 1, maximum: 50, default: 5, description: The number of rows }
          chart: { $ref: "#/$defs/chart" }
          marks: { type: array, items: { type: object, properties: { at: { type: number } } } }
          other: {}
          share: { type: number, exclusiveMinimum: 0, maximum: 1, multipleOf: 0.5 }
          colors: { type: array, minItems: 1, uniqueItems: true, items: { type: string, maxLength: 7 } }
          labels: { type: object, additionalProperties: { type: string } }
        $defs:
          chart:
            type: object
            description: The chart
            properties:
              type: { enum: [line, bar], default: line }
              color: { type: string, pattern: "^#[0-9a-f]{6}$" }
    - { name: Table, path: widget/dist/Table.js }
`;

test('lists the settings of the components that have some', async () => {
  const folder = await makeFolder({ 'plugin.yaml': MANIFEST });
  const text = await formatSettings(folder);
  const [heading, empty, ...lines] = text.split('\n');
  expect([heading, empty]).toEqual(['### Chart', '']);
  // As Prettier aligns it.
  expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
  const rows = lines.map((line) =>
    line
      .slice(2, -2)
      .split(/ (?<!\\)\| /)
      .map((cell) => cell.trim()),
  );
  expect(rows.toSpliced(1, 1)).toEqual([
    ['setting', 'value', 'default', 'meaning'],
    ['`query`', 'a string, at least 1 character', 'required', String.raw`The rows \| and columns`],
    ['`limit`', 'a whole number, 1 to 50', '`5`', 'The number of rows'],
    ['`chart`', 'a mapping', '', 'The chart'],
    ['`chart.type`', '"line" or "bar"', '`"line"`', ''],
    ['`chart.color`', 'a string, like ^#[0-9a-f]{6}$', '', ''],
    ['`marks`', 'a list', '', ''],
    ['`marks[].at`', 'a number', '', ''],
    ['`other`', '', '', ''],
    ['`share`', 'a number, more than 0, at most 1, a multiple of 0.5', '', ''],
    ['`colors`', 'a list, at least 1 item, all different, each a string, at most 7 characters', '', ''],
    ['`labels`', 'a mapping, each value a string', '', ''],
  ]);
});

test('ends with a schema that refers to itself', () => {
  const schema = { properties: { a: { $ref: '#' } } };
  expect(describeSettings(schema).map(({ name }) => name)).toEqual(['a', 'a.a', 'a.a.a', 'a.a.a.a']);
});

test('says how to add settings', async () => {
  const folder = await makeFolder({
    'plugin.yaml': 'id: sales\nfrontend: { components: [{ name: Table, path: Table.js }] }\n',
  });
  await expect(formatSettings(folder)).rejects.toThrow('Export them from the widget as "config"');
});
