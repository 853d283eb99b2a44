import { expect, test } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { formatMockProblem, readMocks } from './mock-files.ts';

const read = async (text: string) =>
  (await readMocks(await makeFolder({ 'mock/items.json': text }))).problems.map(formatMockProblem);

test.each([
  [
    'a missing comma',
    '{\n  "GET /a": {}\n  "GET /b": {}\n}',
    '3:3: This is not JSON: a comma must stand here.',
  ],
  [
    'a comma too many',
    '{\n  "GET /a": {},\n}',
    '3:1: This is not JSON: a key in double quotes must stand here; after the last entry there is no comma.',
  ],
  [
    'single quotes',
    "{\n  'GET /a': {}\n}",
    '2:3: This is not JSON: this is no JSON value: texts and keys stand in double quotes.',
  ],
  ['a comment', '{\n  // all\n  "GET /a": {}\n}', '2:3: This is not JSON: JSON has no comments.'],
  [
    'an open text',
    '{\n  "GET /a": { "body": "one }\n}',
    '2:23: This is not JSON: the text has no closing double quote in its line.',
  ],
  ['two values', '{}\n{}', '2:1: This is not JSON: the file must end here.'],
  [
    'an empty file',
    '',
    '1:1: This is not JSON: a value must stand here; after the last entry there is no comma.',
  ],
  ['a list', '[]', '1:1: The file must be an object of routes.'],
  [
    'a wrong status',
    '{\n  "GET /a": {},\n  "GET /b": { "status": 9 }\n}',
    '3:3: "GET /b" must have a status from 200 to 599.',
  ],
])('names the place of %s', async (_, text, problem) => {
  expect(await read(text)).toEqual([`mock/items.json:${problem}`]);
});

test('reads the routes of the files that are right', async () => {
  const folder = await makeFolder({
    'mock/a.json': '{"GET /x": {"body": 1}, "GET /y": {"body": 1}}',
    'mock/b.json': '{"GET /y": {"body": 2}}',
    'mock/c.json': '{',
    'mock/notes.txt': 'no routes',
  });
  const { mocks, problems } = await readMocks(folder);
  expect(Object.fromEntries(mocks)).toEqual({ 'GET /x': { body: 1 }, 'GET /y': { body: 2 } });
  expect(problems.map(({ file }) => file)).toEqual(['mock/c.json']);
});

test('finds a mistake wherever JSON.parse finds one', async () => {
  const sample = '{"GET /a": {"body": [1, -2.5e3, true, null, "\\u00e9\\n"]}}';
  const texts = [...sample].flatMap((_, index) =>
    ['', 'x', '"', ',', '0', '}', '\\', '\n'].map(
      (one) => sample.slice(0, index) + one + sample.slice(index + 1),
    ),
  );
  const isJson = (text: string) => {
    try {
      return Boolean(JSON.parse(text));
    } catch {
      return false;
    }
  };
  const folder = await makeFolder(
    Object.fromEntries(texts.map((text, index) => [`mock/${index}.json`, text])),
  );
  const { problems } = await readMocks(folder);
  const found = new Set(
    problems.flatMap(({ file, message }) => (message.startsWith('This is not JSON') ? [file] : [])),
  );
  expect(texts.filter((text, index) => found.has(`mock/${index}.json`) === isJson(text))).toEqual([]);
});
