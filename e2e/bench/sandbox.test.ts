import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bench } from './bench.test.kit.ts';
import type { SandboxRow } from './sandbox.js';

// Times are not checked, since the machine may be busy.
test('measures sandboxed widgets beside the page and bare frames', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-frames-'));
  const json = join(folder, 'frames.json');
  const { stdout, stderr } = await bench(
    '--sandbox',
    '--frames',
    '2',
    '--rounds',
    '1',
    '--rtt',
    '0',
    '--json',
    json,
  );
  expect(stderr).not.toContain('errors to the console');
  const { samples } = JSON.parse(await readFile(json, 'utf8')) as { samples: SandboxRow[] };
  await rm(folder, { recursive: true });
  const alive = Object.fromEntries(samples.map((sample) => [sample.way, sample.alive]));
  expect(alive).toEqual({ 'in-page': 0, sandboxed: 2, 'contract-frames': 2, column: 2, 'bare-frames': 2 });
  for (const { way, time, memory } of samples) {
    if (way !== 'column') expect(time).toBeGreaterThan(0);
    expect(memory).toBeGreaterThan(0);
  }
  expect(stdout).toMatch(/^2 +sandboxed +\d+ /m);
  expect(stdout).toMatch(/^\| 2 \| \d[^|]+\| \d/m);
}, 300_000);
