// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import { Worker } from 'node:worker_threads';

/** The result of a query. */
export interface Table {
  columns: string[];
  rows: Record<string, unknown>[];
}

/** A statement for the thread; `query` takes one statement and is read-only. */
export interface Question {
  kind: 'migrate' | 'query';
  sql: string;
}

/**
 * The thread's answer to one statement, and to being started; a query has a table. `lost`: the thread had to be ended, and all tables
 * with it. `absent`: there is no Postgres to start.
 */
export type Answer =
  { result: Table | null; error?: undefined } | { error: string; lost?: true; absent?: true };

/** What the thread starts with. */
export interface WorkerData {
  /** Folders whose packages may have the embedded Postgres; the first that does counts. */
  from: readonly string[];
}

/** The options of {@link createPostgres}. */
export interface PostgresOptions extends WorkerData {
  /** The longest a statement may run, in milliseconds. */
  timeout: number;
  /** The file that the thread runs, absolute. */
  worker: string;
}

/** An embedded Postgres. Ask one question at a time. */
export interface Postgres {
  run(question: Question): Promise<Answer>;
  close(): Promise<void>;
}

/** Milliseconds. */
const START_LIMIT = 120_000;

/** The next answer of a thread, within so many milliseconds. */
function ask(thread: Worker, limit: number, question?: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const late = () => fail(new Error(`it ran over ${limit / 1000} s and was stopped`));
    const timer = setTimeout(late, limit);
    const exited = () => fail(new Error('the database was closed'));
    const end = () => {
      clearTimeout(timer);
      // Not removeAllListeners: a thread listens to itself, and would fall silent.
      thread.off('message', hear).off('error', fail).off('exit', exited);
    };
    const hear = (answer: Answer) => {
      end();
      resolve(answer);
    };
    const fail = (error: Error) => {
      end();
      reject(error);
    };
    thread.on('message', hear).on('error', fail).on('exit', exited);
    if (question) thread.postMessage(question);
  });
}

/**
 * Creates an embedded Postgres in a thread of its own, which starts with the first question: starting takes seconds, and a statement
 * that never ends can only be stopped by ending its thread.
 */
export function createPostgres({ timeout, from, worker }: PostgresOptions): Postgres {
  let thread: Worker | undefined;

  async function close() {
    const ending = thread;
    thread = undefined;
    await ending?.terminate();
  }

  return {
    async run(question) {
      try {
        if (!thread) {
          const workerData: WorkerData = { from };
          thread = new Worker(worker, { workerData });
          const started = await ask(thread, START_LIMIT);
          if (started.error !== undefined) {
            await close();
            return started;
          }
        }
        return await ask(thread, timeout, question);
      } catch (thrown) {
        await close();
        return { error: (thrown as Error).message, lost: true };
      }
    },
    close,
  };
}
