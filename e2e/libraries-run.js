import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const args = process.argv.slice(2);
/** @param {readonly string[]} command */
function run(command) {
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const build = fileURLToPath(new URL('libraries-build.js', import.meta.url));
if (args.includes('--times')) {
  run([build, '--install']);
  const { printTimes } = await import('./libraries-times.js');
  await printTimes();
} else {
  run([build]);
  const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli');
  run([playwright, 'test', '--config', 'e2e/libraries.config.ts', ...args]);
}
