import { PGlite } from '@electric-sql/pglite';
import { afterAll } from 'vitest';
import type { PostgresPool } from './postgres-client.ts';
import { describeStore } from './postgres-store.test.kit.ts';

// PostgreSQL in this process, with one connection; e2e/trust-store.postgres.ts runs the same tests on a server.
const database = new PGlite();
afterAll(() => database.close());

let free: Promise<unknown> = Promise.resolve();
const pool: PostgresPool = {
  connect: async () => {
    let release = () => {};
    const before = free;
    free = new Promise<void>((resolve) => (release = resolve));
    await before;
    return {
      query: (text, values) => database.query<Record<string, unknown>>(text, values),
      // A closed connection rolls back its transaction.
      release: (error) => void (error ? database.exec('rollback').finally(release) : release()),
    };
  },
};

describeStore(() => pool);
