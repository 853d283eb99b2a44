import { open } from 'node:fs/promises';
import { vi } from 'vitest';

type Methods = Record<string | symbol, (this: unknown, ...args: unknown[]) => unknown>;

const prototypeOf = (value: object) => Object.getPrototypeOf(value) as Methods;

/** The iterators of arrays, sets and maps, each of whose steps visits an element. */
const ITERATORS = [[].values(), new Set().values(), new Map().entries()].map(prototypeOf);

/** The methods of arrays that visit each element. */
const WHOLE = [
  'concat',
  'filter',
  'flatMap',
  'forEach',
  'includes',
  'indexOf',
  'join',
  'map',
  'slice',
  'toReversed',
];

/** Counts the elements of arrays, sets and maps that a function visits. The count does not depend on time or on the machine. */
export function countVisits(run: () => void): number {
  let visits = 0;
  const restore: (() => void)[] = [];
  const replace = (owner: Methods, name: string, visitsOf: (self: unknown) => number) => {
    const method = owner[name]!;
    owner[name] = function (...args) {
      visits += visitsOf(this);
      return method.apply(this, args);
    };
    restore.push(() => void (owner[name] = method));
  };
  for (const iterator of ITERATORS) replace(iterator, 'next', () => 1);
  for (const name of WHOLE) replace(prototypeOf([]), name, (self) => (self as unknown[]).length);
  try {
    run();
  } finally {
    for (const undo of restore) undo();
  }
  return visits;
}

/** Counts the bytes that are read through file handles from now on. */
export async function countBytes(path: string): Promise<() => number> {
  const handle = await open(path, 'r');
  const spied = vi.spyOn(prototypeOf(handle) as unknown as typeof handle, 'read');
  await handle.close();
  spied.mockClear();
  return () => (spied.mock.calls as unknown[][]).reduce((sum, [, , length]) => sum + Number(length), 0);
}
