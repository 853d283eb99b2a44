import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileTrustStore } from '@nousviz/widget-runtime/server';
import { onTestFinished, test } from 'vitest';
import { killServers } from './trust-kill.ts';

const isJson = (line: string) => {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
};

test('two servers on one trust file, killed at random, lose no confirmed act and trust nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'store-kill-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const plugins = join(folder, 'plugins');
  const file = join(folder, 'trust.jsonl');
  await mkdir(plugins);
  await killServers({
    plugins,
    args: [file],
    open: () => fileTrustStore(file),
    history: async () => {
      const lines = (await readFile(file, 'utf8')).split('\n');
      // A killed server may leave an incomplete line.
      return lines.filter(isJson).map((line) => {
        const { plugin_id, who, action } = JSON.parse(line);
        return { plugin: plugin_id, who, action };
      });
    },
  });
});
