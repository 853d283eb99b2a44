import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFile } from '../server/tools.ts';
import { createPostgres, type PostgresOptions, type Question, type Table } from './postgres.ts';

/** A plugin whose migrations make tables. */
export interface MigratedPlugin {
  id: string;
  /** Absolute. */
  folder: string;
}

/** The tables of all plugins. */
export interface Database {
  /** Runs the migrations of a plugin that are due. @returns why they failed */
  prepare(plugin: MigratedPlugin): Promise<string | undefined>;
  /**
   * Answers one read-only statement over the tables of these plugins (CONTRACT P6).
   *
   * @returns `error` in Postgres's own words.
   */
  query(plugins: readonly MigratedPlugin[], sql: string): Promise<Table | { error: string }>;
  close(): Promise<void>;
}

interface Failure {
  path: string;
  /** The text that failed; absent where the same text may pass the next time. */
  sql?: string;
  message: string;
}

/** A function that runs one operation after the other. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(operation: () => Promise<Result>): Promise<Result> => {
    const done = last.then(operation);
    last = done.catch(() => {});
    return done;
  };
}

/**
 * Creates the database of `dev` and the demo: the plugins' tables, made by their `storage/migrations/*.sql` in order of name, each file
 * in a transaction. Files that are added run with the plugin's next request; a failed one when its text has changed.
 *
 * @param options `timeout` is 10,000 milliseconds unless given, and `worker` the package's own.
 */
export function createDatabase({
  from,
  timeout = 10_000,
  worker = packageFile('dist/dev/postgres-worker.js'),
}: Pick<PostgresOptions, 'from'> & Partial<PostgresOptions>): Database {
  const postgres = createPostgres({ from, timeout, worker });
  const inTurn = createQueue();
  /** Paths of the files that ran. */
  const applied = new Set<string>();
  /** By plugin id. */
  const failures = new Map<string, Failure>();
  /** How often the thread had to be ended, and all tables with it. */
  let losses = 0;

  async function run(question: Question) {
    const answer = await postgres.run(question);
    if (answer.error !== undefined && answer.lost) {
      applied.clear();
      losses += 1;
    }
    return answer;
  }

  async function migrate({ id, folder }: MigratedPlugin) {
    const migrations = join(folder, 'storage', 'migrations');
    const names = await readdir(migrations).catch(() => []);
    const due = names.filter((name) => name.endsWith('.sql') && !name.endsWith('_down.sql')).toSorted();
    for (const name of due) {
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
    // A failure is remembered, so this comes to an end.
    if (losses > before) await migrateAll(plugins);
  }

  return {
    prepare: (plugin) =>
      inTurn(async () => {
        await migrate(plugin);
        return failures.get(plugin.id)?.message;
      }),

    query: (plugins, sql) =>
      inTurn(async () => {
        await migrateAll(plugins);
        const answer = await run({ kind: 'query', sql });
        return answer.error === undefined
          ? (answer.result ?? { columns: [], rows: [] })
          : { error: answer.error };
      }),

    close: () => postgres.close(),
  };
}
