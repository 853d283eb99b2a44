import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator } from '@playwright/test';
import { builtInPlugins, hostFolder } from '../fixtures/host/build.js';
import { serveWithControl } from '../fixtures/host/undefended.js';
import { expect, test } from './test.ts';

/** Presses the button of a board. @returns The line with the count, and the names of the attempts that got out. */
async function tryAll(frame: FrameLocator) {
  await frame.getByRole('button', { name: 'Try to break out' }).click();
  const status = frame.getByRole('status');
  await expect(status).toHaveText(/^\d+ of \d+ got out$/);
  const all = frame.getByRole('listitem');
  return {
    count: await status.textContent(),
    refused: await all.filter({ hasText: /refused: \S/ }).count(),
    out: await all.filter({ hasText: 'got out' }).count(),
  };
}

test('no attempt of the demo’s plugin gets out of a sandboxed frame, and each does without defences', async ({
  page,
  react,
  expected,
}) => {
  // The browser reports each refusal.
  expected.push(/^/);
  const data = await mkdtemp(join(tmpdir(), 'nousviz-'));
  const demo = await serveWithControl({ react, plugins: builtInPlugins, data, app: hostFolder({ react }) });
  await page.goto(new URL('/plugin/break-out/board', demo.url).href);
  const control = page.frameLocator('iframe[title^="The same plugin"]').frameLocator('iframe');
  // The control does not wait for a decision about this page.
  await expect(control.getByRole('status')).toHaveText('15 ways out to try');
  await page.getByRole('button', { name: 'Run sandboxed' }).click();

  const sandboxed = page.frameLocator('[data-sandboxed="break-out"] iframe');
  expect(await tryAll(sandboxed)).toEqual({ count: '0 of 15 got out', refused: 15, out: 0 });
  expect([...demo.other.paths]).toEqual([]);
  expect(await tryAll(control)).toEqual({ count: '15 of 15 got out', refused: 0, out: 15 });
  const paths = [...demo.other.paths].map((path) => path.split('?')[0]);
  expect(paths).toEqual(['/fetch', '/xhr', '/beacon', '/socket', '/image', '/frame', '/worker']);

  await page.goto('about:blank');
  await demo.close();
  await rm(data, { recursive: true, force: true });
});
