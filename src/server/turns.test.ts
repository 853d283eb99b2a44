import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('lets so many run at once and no more, in their order, also after one that failed', async () => {
  const inTurn = createTurns(2);
  const ends: ((isFine: boolean) => void)[] = [];
  const results = ['a', 'b', 'c', 'd'].map((name) =>
    inTurn(
      () =>
        new Promise<string>((resolve, reject) => {
          ends.push((isFine) => (isFine ? resolve(name) : reject(new Error(name))));
        }),
    ).catch(({ message }: Error) => `failed: ${message}`),
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await settled();
  expect(ends).toHaveLength(2);
  ends[1]!(false);
  await settled();
  expect(ends).toHaveLength(3);
  ends[0]!(true);
  ends[2]!(true);
  await settled();
  expect(ends).toHaveLength(4);
  ends[3]!(true);
  expect(await Promise.all(results)).toEqual(['a', 'failed: b', 'c', 'd']);
});
