import { afterEach, beforeEach, expect, vi } from 'vitest';

/** Console lines that the running test expects; any other error or warning fails it. */
const expected: RegExp[] = [];

/** Says that the running test writes a console error or warning, once or more often. */
export function expectConsole(pattern: RegExp): void {
  expected.push(pattern);
}

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  expected.length = 0;
  for (const level of ['error', 'warn'] as const) {
    vi.spyOn(console, level).mockImplementation((...args: unknown[]) =>
      lines.push(args.map(String).join(' ')),
    );
  }
});

afterEach(() => {
  expect(
    lines.filter((line) => !expected.some((pattern) => pattern.test(line))),
    'unexpected console lines',
  ).toEqual([]);
  for (const pattern of expected) {
    expect(
      lines.some((line) => pattern.test(line)),
      `expected a console line that matches ${pattern}`,
    ).toBe(true);
  }
});
