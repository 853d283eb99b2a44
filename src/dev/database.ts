import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFile } from '../server/tools.ts';
import { createPostgres, type PostgresOptions, type Statement, type Table } from './postgres.ts';

/** A plugin with migrations that create tables. */
export interface MigratedPlugin {
  id: string;
  /** Absolute. */
  folder: string;
}

/** The tables of all plugins. */
export interface Database {
  /** Runs a plugin's pending migrations. @returns the error message of a failed one */
  prepare(plugin: MigratedPlugin): Promise<string | undefined>;
  /**
   * Runs one read-only statement over the tables of these plugins (CONTRACT P6).
   *
   * @returns the table, or the message of Postgres as `error`.
   */
  query(plugins: readonly MigratedPlugin[], sql: string): Promise<Table | { error: string }>;
  close(): Promise<void>;
}

interface Failure {
  path: string;
  /** The SQL that failed; absent if the same SQL may succeed the next time. */
  sql?: string;
  message: string;
}

/** Creates a function that runs operations one after another. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(operation: () => Promise<Result>): Promise<Result> => {
    const done = last.then(operation);
    last = done.catch(() => {});
    return done;
  };
}

/**
 * Creates the database of `dev` and the demo. The plugins' `storage/migrations/*.sql` create its tables, in order of file name, each file
 * in a transaction. New files run with the plugin's next request. A failed file runs again after it has changed.
 *
 * @param options The default of `timeout` is 10,000 milliseconds, of `worker` the package's own.
 */
export function createDatabase({
  from,
  timeout = 10_000,
  worker = packageFile('dist/dev/postgres-worker.js'),
}: Pick<PostgresOptions, 'from'> & Partial<PostgresOptions>): Database {
  const postgres = createPostgres({ from, timeout, worker });
  const enqueue = createQueue();
  /** The paths of the applied files. */
  const applied = new Set<string>();
  /** By plugin id. */
  const failures = new Map<string, Failure>();
  /** How often the thread was terminated, which drops all tables. */
  let losses = 0;

  async function run(statement: Statement) {
    const answer = await postgres.run(statement);
    if (answer.error !== undefined && answer.lost) {
      applied.clear();
      losses += 1;
    }
    return answer;
  }

  async function migrate({ id, folder }: MigratedPlugin) {
    const migrations = join(folder, 'storage', 'migrations');
    const names = await readdir(migrations).catch(() => []);
    const pending = names.filter((name) => name.endsWith('.sql') && !name.endsWith('_down.sql')).toSorted();
    for (const name of pending) {
      const path = join(migrations, name);
      if (applied.has(path)) continue;
      const sql = await readFile(path, 'utf8');
      const failure = failures.get(id);
      if (failure?.path === path && failure.sql === sql) return;
      const answer = await run({ kind: 'migrate', sql });
      if (answer.error !== undefined) {
        const message = `migration ${name} failed: ${answer.error}`;
        failures.set(id, { path, message, ...(!answer.absent && { sql }) });
        return;
      }
      applied.add(path);
    }
    failures.delete(id);
  }

  async function migrateAll(plugins: readonly MigratedPlugin[]) {
    const before = losses;
    for (const plugin of plugins) await migrate(plugin);
    // Ends, since a failed file does not run again unchanged.
    if (losses > before) await migrateAll(plugins);
  }

  return {
    prepare: (plugin) =>
      enqueue(async () => {
        await migrate(plugin);
        return failures.get(plugin.id)?.message;
      }),

    query: (plugins, sql) =>
      enqueue(async () => {
        await migrateAll(plugins);
        const answer = await run({ kind: 'query', sql });
        return answer.error === undefined
          ? (answer.result ?? { columns: [], rows: [] })
          : { error: answer.error };
      }),

    close: () => postgres.close(),
  };
}
