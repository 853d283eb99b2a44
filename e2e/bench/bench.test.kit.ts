import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = fileURLToPath(new URL('run.js', import.meta.url));

/** Runs the benchmark. @param args Its options. */
export const bench = (...args: string[]) => run(process.execPath, [script, ...args]);
