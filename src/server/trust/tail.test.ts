import { appendFile, open, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeFolder } from '../folder.test.kit.ts';
import { countBytes } from './counts.test.kit.ts';
import { createTail } from './tail.ts';

/** Makes a tail of a file with this text, with the lines that it has received. */
async function makeTail(text?: string) {
  const path = join(await makeFolder(), 'trust.jsonl');
  if (text !== undefined) await writeFile(path, text);
  let lines: string[] = [];
  const numbers: number[] = [];
  const read = createTail(path, {
    add(added, first) {
      lines.push(...added);
      numbers.push(first);
    },
    reset: () => void (lines = []),
  });
  return { path, read, lines: () => lines, numbers };
}

test('reads complete lines once, and returns the incomplete one', async () => {
  const { path, read, lines, numbers } = await makeTail('a\nb\nc');
  expect([await read(), lines()]).toEqual(['c', ['a', 'b']]);
  expect([await read(), lines()]).toEqual(['c', ['a', 'b']]);
  await appendFile(path, 'd');
  expect([await read(), lines()]).toEqual(['cd', ['a', 'b']]);
  await appendFile(path, '\ne\n\nf\n');
  expect([await read(), lines()]).toEqual(['', ['a', 'b', 'cd', 'e', '', 'f']]);
  expect(numbers).toEqual([1, 3]);
});

test('reads only what was appended', async () => {
  const { path, read, lines } = await makeTail('x'.repeat(99).concat('\n').repeat(10_000));
  await read();
  const bytes = await countBytes(path);
  await read();
  expect(bytes()).toBe(0);
  await appendFile(path, 'new\n');
  await read();
  expect(lines()).toHaveLength(10_001);
  // The end of the lines before, which shows that they are the same.
  expect(bytes()).toBeLessThan(5000);
});

test.each<[string, (path: string) => Promise<unknown>, string[]]>([
  ['is deleted', (path) => rm(path), []],
  ['is truncated', (path) => truncate(path, 2), ['a']],
  ['is truncated to nothing', (path) => truncate(path, 0), []],
  ['is rewritten with fewer lines', (path) => writeFile(path, 'b\n'), ['b']],
  ['is rewritten with as many bytes', (path) => writeFile(path, 'a\nx\nc\n'), ['a', 'x', 'c']],
  ['is rewritten with more lines', (path) => writeFile(path, 'a\nx\nc\nd\n'), ['a', 'x', 'c', 'd']],
  [
    'is replaced by a longer file',
    async (path) => {
      await writeFile(`${path}.new`, 'a\nb\nc\nd\n');
      await rename(`${path}.new`, path);
    },
    ['a', 'b', 'c', 'd'],
  ],
  [
    'is rotated, and another file begins',
    async (path) => {
      await rename(path, `${path}.1`);
      await writeFile(path, 'n\n');
    },
    ['n'],
  ],
])('reads the whole file again when it %s', async (_, change, expected) => {
  const { path, read, lines } = await makeTail('a\nb\nc\n');
  await read();
  expect(lines()).toEqual(['a', 'b', 'c']);
  await change(path);
  await read();
  expect(lines()).toEqual(expected);
  await appendFile(path, 'last\n');
  await read();
  expect(lines()).toEqual([...expected, 'last']);
});

test('reads lines and characters that are longer than one read', async () => {
  const long = ['€'.repeat(300_000), 'ö'.repeat(7), '😀'.repeat(200_000)];
  const { path, read, lines } = await makeTail(`${long.join('\n')}\nré`);
  expect(await read()).toBe('ré');
  expect(lines()).toEqual(long);
  await appendFile(path, 'st\n');
  expect(await read()).toBe('');
  expect(lines()).toEqual([...long, 'rést']);
});

test('reads on after an error', async () => {
  const { path, read, lines } = await makeTail('a\nb\n');
  await read();
  await appendFile(path, 'c\n');
  const handle = await open(path, 'r');
  vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'read').mockRejectedValueOnce(new Error('EIO'));
  await handle.close();
  await expect(read()).rejects.toThrow('EIO');
  await read();
  expect(lines()).toEqual(['a', 'b', 'c']);
});
