// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { Extension, PGliteInterface } from '@electric-sql/pglite';
import type { Answer, Statement, Table, WorkerData } from './postgres.ts';

const NAME = '@electric-sql/pglite';

const EXTENSIONS = [
  'btree_gin',
  'citext',
  'hstore',
  'pg_trgm',
  'pgcrypto',
  'tablefunc',
  'unaccent',
  'uuid_ossp',
];

/** Converts Postgres's strings to JSON values. Numbers beyond JavaScript's safe range stay strings. */
const parsers = {
  17: (bytes: string) => bytes,
  1082: (date: string) => date,
  1114: (timestamp: string) => timestamp.replace(' ', 'T'),
  1184: (timestamp: string) => timestamp.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'),
  1700: (numeric: string) =>
    Math.abs(Number(numeric)) > Number.MAX_SAFE_INTEGER ? numeric : Number(numeric),
};

/** Returns the `require` function of the first folder that has the package. */
function findPackage({ from }: WorkerData): NodeJS.Require | undefined {
  return from
    .map((folder) => createRequire(join(folder, 'package.json')))
    .find((require) => {
      try {
        return require.resolve(NAME);
      } catch {
        return false;
      }
    });
}

/** The tables of NousViz that plugins query (CONTRACT D7). They are empty. */
const PLATFORM_TABLES = `
CREATE TABLE job_runs (id bigserial PRIMARY KEY, job_id text, started_at timestamptz, completed_at timestamptz, status text,
  duration_ms integer, exit_code integer, rows_written integer, details jsonb, error text, source text);
CREATE TABLE app_logs (id bigserial PRIMARY KEY, level text, source text, message text, detail jsonb,
  created_at timestamptz DEFAULT now());
CREATE TABLE plugin_settings (plugin_id text, key text, value jsonb, updated_at timestamptz DEFAULT now(),
  PRIMARY KEY (plugin_id, key));
CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text UNIQUE, name text, role text,
  is_active boolean DEFAULT true, created_at timestamptz DEFAULT now());
`;

async function start(require: NodeJS.Require): Promise<PGliteInterface> {
  const { PGlite } = require(NAME) as typeof import('@electric-sql/pglite');
  const extensions = EXTENSIONS.map((name) => {
    const module = require(`${NAME}/contrib/${name}`) as Record<string, Extension>;
    return [name, module[name]!] as const;
  });
  const postgres = await PGlite.create({ extensions: Object.fromEntries(extensions) });
  // Migrations may grant their tables to the platform's roles.
  await postgres.exec('CREATE ROLE nousviz; CREATE ROLE nousviz_plugin');
  await postgres.exec(PLATFORM_TABLES);
  return postgres;
}

async function migrate(postgres: PGliteInterface, sql: string): Promise<null> {
  try {
    await postgres.transaction((transaction) => transaction.exec(sql));
    return null;
  } finally {
    // A file's search path and role must not affect the next file.
    await postgres.exec('RESET SESSION AUTHORIZATION; RESET ALL');
  }
}

async function query(postgres: PGliteInterface, sql: string): Promise<Table> {
  return postgres.transaction(async (transaction) => {
    await transaction.exec('SET TRANSACTION READ ONLY');
    // The extended protocol accepts only one statement, so a query cannot end the transaction and continue.
    const { fields, rows } = await transaction.query<unknown[]>(sql, [], { rowMode: 'array', parsers });
    await transaction.rollback();
    const columns = fields.map((field) => field.name);
    return {
      columns: [...new Set(columns)],
      rows: rows.map((row) => Object.fromEntries(row.map((value, index) => [columns[index]!, value]))),
    };
  });
}

function describe(thrown: unknown): string {
  const { message, hint } = (thrown ?? {}) as { message?: string; hint?: string };
  return [message ?? String(thrown), hint].filter(Boolean).join(' ');
}

/** Converts a value to JSON. Big integers become strings. */
const toJson = (value: unknown) =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)),
  ) as Table | null;

const send = (answer: Answer) => parentPort?.postMessage(answer);

const require = findPackage(workerData as WorkerData);
if (require) {
  const postgres = await start(require);
  parentPort?.on('message', async ({ kind, sql }: Statement) => {
    try {
      send({ result: toJson(await (kind === 'query' ? query(postgres, sql) : migrate(postgres, sql))) });
    } catch (thrown) {
      send({ error: describe(thrown) });
    }
  });
  send({ result: null });
} else {
  send({
    error:
      'the embedded Postgres is not installed. Install it beside the plugin, "npm install --save-dev @electric-sql/pglite", ' +
      'or forward requests to a real NousViz with --api',
    absent: true,
  });
}
