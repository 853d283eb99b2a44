#!/usr/bin/env node
import { relative, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../dev/usage-error.ts';

declare const __VERSION__: string;

/** What the shell gets: all is well, something of the plugin has to be corrected, or the command's words do. */
const EXIT = { ok: 0, problems: 1, usage: 2 };

/** A path as people like to read it. */
const shown = (path: string) => relative('', path) || '.';

const print = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`${line}\n`);

const program = new Command('nousviz-widget')
  .description('Makes, builds, checks and shows the widgets of a NousViz plugin.')
  .version(__VERSION__)
  .showHelpAfterError('Say --help to see what there is.')
  .exitOverride();

program
  .command('create')
  .description('write a complete plugin with a widget, a dashboard and a test')
  .argument('<dir>', 'a folder that is not there yet; its name is the plugin’s id')
  .option(
    '--runtime <spec>',
    'where its package.json takes @nousviz/widget-runtime from (default: where this copy came from)',
  )
  .action(async (dir: string, { runtime }: { runtime?: string }) => {
    const { createPlugin } = await import('./create.ts');
    const folder = resolve(dir);
    const { files, note } = await createPlugin({ folder, runtime, from: process.cwd() });
    print(`${shown(folder)} has a plugin of ${files.length} files. Next:\n`);
    print(`  cd ${shown(folder)}\n  npm install\n  npm run build\n  npm run dev`);
    if (note) print(`\n${note}`);
  });

program
  .command('build')
  .description('build every component that plugin.yaml declares')
  .argument('[dir]', 'the plugin’s folder', '.')
  .option('-w, --watch', 'build again what is saved')
  .action(async (dir: string, { watch = false }: { watch?: boolean }) => {
    const { buildPlugin, watchPlugin } = await import('../dev/index.ts');
    const folder = resolve(dir);
    if (watch) await watchPlugin(folder, { print, complain });
    else process.exitCode = (await buildPlugin(folder, { print, complain })) ? EXIT.ok : EXIT.problems;
  });

program
  .command('check')
  .description(
    'say what a NousViz would make of the plugin: manifest, dashboards and bundles, without running any',
  )
  .argument('[dir]', 'the plugin’s folder', '.')
  .option('--json', 'as JSON, for machines')
  .action(async (dir: string, { json = false }: { json?: boolean }) => {
    const { checkPlugin, describe } = await import('./check.ts');
    const report = await checkPlugin(resolve(dir));
    if (json) print(JSON.stringify(report, undefined, 2));
    else print(describe(report));
    process.exitCode = report.problems.some(({ level }) => level === 'error') ? EXIT.problems : EXIT.ok;
  });

program
  .command('dev')
  .description('show the plugin in the demo host and replace its widgets as they are saved')
  .argument('[dir]', 'the plugin’s folder', '.')
  .option('--react <major>', 'the React of the host, 18 or 19', oneOf('18', '19'), '18')
  .option('--api <url>', 'a real NousViz that answers what the demo does not')
  .option('--port <number>', 'where it listens; the next free one if it is taken', portOf, 4173)
  .option('--host <name>', 'the address that it listens on', '127.0.0.1')
  .action(async (dir: string, options: { react: string; api?: string; port: number; host: string }) => {
    const { serveDev } = await import('../dev/index.ts');
    const { react, api, port, host } = options;
    if (api !== undefined && !/^https?:/.test(URL.canParse(api) ? api : ''))
      throw new UsageError(`--api ${api} is not the address of a server, such as http://127.0.0.1:8000.`);
    const dev = await serveDev({
      folder: resolve(dir),
      react: react === '19' ? 19 : 18,
      port,
      host,
      ...(api && { api }),
      report: print,
    });
    print(`NousViz demo host: ${dev.url}`);
    const end = () => {
      process.off('SIGINT', end).off('SIGTERM', end);
      void dev.close().then(() => process.exit(EXIT.ok));
    };
    process.on('SIGINT', end).on('SIGTERM', end);
  });

function oneOf(...values: string[]) {
  return (value: string) => {
    if (!values.includes(value)) throw new InvalidArgumentError(`It is ${values.join(' or ')}.`);
    return value;
  };
}

function portOf(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) throw new InvalidArgumentError('It is 0 to 65535.');
  return Number(value);
}

try {
  await program.parseAsync();
} catch (thrown) {
  const { name, message, code, exitCode } = thrown as Error & { code?: string; exitCode?: number };
  // Commander has printed its own; --help and --version are no failures.
  if (code?.startsWith('commander.')) process.exitCode = exitCode === 0 ? EXIT.ok : EXIT.usage;
  else {
    const isTheirs = ['UsageError', 'BuildError', 'WidgetError'].includes(name);
    complain(isTheirs || !(thrown instanceof Error) ? message : String(thrown.stack));
    process.exitCode = name === 'UsageError' ? EXIT.usage : EXIT.problems;
  }
}
