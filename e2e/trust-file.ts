import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileTrustStore } from '@nousviz/widget-runtime/server';
import { onTestFinished } from 'vitest';
import type { TrustHome } from './kill-servers.ts';

/** Makes a folder for plugins with a trust file, until the running test ends. */
export async function makeTrustFile(): Promise<TrustHome> {
  const folder = await mkdtemp(join(tmpdir(), 'store-kill-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const plugins = join(folder, 'plugins');
  const file = join(folder, 'trust.jsonl');
  await mkdir(plugins);
  return { plugins, args: [file], open: () => fileTrustStore(file) };
}
