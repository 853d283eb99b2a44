import { test } from 'vitest';
import { makeTrustFile } from './trust-file.ts';
import { KILL_TIMEOUT, killServers, LONG } from './kill-servers.ts';

// The short form is in store-kill.test.ts; the same with a database is in trust-store.postgres.ts.
test(
  'two servers on one trust file lose no confirmed act, and trust nothing else, in 200 kills',
  async () => {
    await killServers(await makeTrustFile(), LONG);
  },
  KILL_TIMEOUT,
);
