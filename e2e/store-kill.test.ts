import { test } from 'vitest';
import { makeTrustFile } from './trust-file.ts';
import { killServers } from './kill-servers.ts';

test(
  'two servers on one trust file, killed at random, lose no confirmed act and trust nothing else',
  { tags: 'all' },
  async () => {
    await killServers(await makeTrustFile());
  },
);
