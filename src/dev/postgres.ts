// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import { Worker } from 'node:worker_threads';

/** The result of a query. */
export interface Table {
  columns: string[];
  rows: Record<string, unknown>[];
}

/** A statement for the thread. The `sql` of a `query` is a single read-only statement. */
export interface Statement {
  kind: 'migrate' | 'query';
  sql: string;
}

/**
 * The thread's answer to a request and after its start. The result of a query is a table. `lost`: the thread was terminated, and its
 * tables are lost. `absent`: Postgres is not installed.
 */
export type Answer =
  { result: Table | null; error?: undefined } | { error: string; lost?: true; absent?: true };

/** The data that the thread starts with. */
export interface WorkerData {
  /** Folders to search for the package of the embedded Postgres, in order. */
  from: readonly string[];
}

/** The options of {@link createPostgres}. */
export interface PostgresOptions extends WorkerData {
  /** The time limit of a statement, in milliseconds. */
  timeout: number;
  /** The absolute path of the thread's script. */
  worker: string;
}

/** An embedded Postgres. It accepts one request at a time. */
export interface Postgres {
  run(statement: Statement): Promise<Answer>;
  close(): Promise<void>;
}

/** Milliseconds. */
const START_TIMEOUT = 120_000;

/** Resolves with the thread's next answer. Rejects after `limit` milliseconds. */
function ask(thread: Worker, limit: number, statement?: Statement): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const late = () => fail(new Error(`it ran over ${limit / 1000} s and was stopped`));
    const timer = setTimeout(late, limit);
    const exited = () => fail(new Error('the database was closed'));
    const end = () => {
      clearTimeout(timer);
      // Not removeAllListeners, which would also remove the Worker's own listeners.
      thread.off('message', receive).off('error', fail).off('exit', exited);
    };
    const receive = (answer: Answer) => {
      end();
      resolve(answer);
    };
    const fail = (error: Error) => {
      end();
      reject(error);
    };
    thread.on('message', receive).on('error', fail).on('exit', exited);
    if (statement) thread.postMessage(statement);
  });
}

/**
 * Creates an embedded Postgres in its own thread, which starts with the first request. Starting takes seconds. An endless statement
 * can only be stopped by terminating the thread.
 */
export function createPostgres({ timeout, from, worker }: PostgresOptions): Postgres {
  let thread: Worker | undefined;

  async function close() {
    const ending = thread;
    thread = undefined;
    await ending?.terminate();
  }

  return {
    async run(statement) {
      try {
        if (!thread) {
          const workerData: WorkerData = { from };
          thread = new Worker(worker, { workerData });
          const started = await ask(thread, START_TIMEOUT);
          if (started.error !== undefined) {
            await close();
            return started;
          }
        }
        return await ask(thread, timeout, statement);
      } catch (thrown) {
        await close();
        return { error: (thrown as Error).message, lost: true };
      }
    },
    close,
  };
}
