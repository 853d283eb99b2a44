import { relative, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../dev/usage-error.ts';

declare const __VERSION__: string;

/** The exit codes: success, problems in the plugin, or a wrong use of the command. */
const EXIT = { ok: 0, problems: 1, usage: 2 };

interface DevCommandOptions {
  react?: string;
  sandbox?: boolean;
  api?: string;
  port: number;
  host: string;
}

interface CheckCommandOptions {
  json?: boolean;
  builtIn: string[];
  react?: (18 | 19)[];
}

/** A path relative to the current folder. */
const relativePath = (path: string) => relative('', path) || '.';

const print = (line: string) => process.stdout.write(`${line}\n`);
const printError = (line: string) => process.stderr.write(`${line}\n`);

const program = new Command('nousviz-widget')
  .description(
    'Creates, builds, checks and previews a NousViz plugin, and maintains the trust file of a server.',
  )
  .version(__VERSION__)
  .showHelpAfterError('Run it with --help for usage.')
  .exitOverride();

program
  .command('create')
  .description('create a complete plugin with a widget, a dashboard and a test')
  .showHelpAfterError()
  .argument('<dir>', 'a new or empty folder; its name is the plugin’s id')
  .option(
    '--runtime <spec>',
    'the source of @nousviz/widget-runtime in its package.json (default: the source of this copy)',
  )
  .action(async (dir: string, { runtime }: { runtime?: string }) => {
    const { createPlugin } = await import('./create.ts');
    const folder = resolve(dir);
    const { files, note } = await createPlugin({ folder, runtime, from: process.cwd() });
    const isHere = folder === process.cwd();
    print(
      `Created a plugin of ${files.length} files in ${isHere ? 'this folder' : relativePath(folder)}. Next:\n`,
    );
    print(`${isHere ? '' : `  cd ${relativePath(folder)}\n`}  npm install\n  npm run dev`);
    if (note) print(`\n${note}`);
  });

program
  .command('build')
  .description('build every component that plugin.yaml declares')
  .argument('[dir]', 'the plugin’s folder', '.')
  .option('-w, --watch', 'build again after each change')
  .option('--sourcemap', 'write a source map beside each bundle')
  .action(
    async (dir: string, { watch = false, sourcemap = false }: { watch?: boolean; sourcemap?: boolean }) => {
      const { buildPlugin, watchPlugin } = await import('../dev/index.ts');
      const folder = resolve(dir);
      const settings = { print, complain: printError, sourcemap };
      if (watch) await watchPlugin(folder, settings);
      else process.exitCode = (await buildPlugin(folder, settings)) ? EXIT.ok : EXIT.problems;
    },
  );

program
  .command('check')
  .description('check the manifest, the dashboards and the bundles of the plugin without running them')
  .argument('[dir]', 'the plugin’s folder', '.')
  .option('--json', 'print the report as JSON')
  .option(
    '--built-in <name>',
    'a component of the host app that dashboards may show; repeat it for more',
    (name: string, names: string[]) => [...names, name],
    [],
  )
  .option(
    '--react <majors>',
    'say on which of these versions of React each bundle runs: 18, 19 or 18,19',
    reactsOf,
  )
  .action(async (dir: string, { json = false, builtIn, react }: CheckCommandOptions) => {
    const { checkPlugin, formatReport } = await import('./check.ts');
    const report = await checkPlugin(resolve(dir), { builtIns: builtIn, reacts: react ?? [] });
    if (json) print(JSON.stringify(report, undefined, 2));
    else print(formatReport(report));
    process.exitCode = report.problems.some(({ level }) => level === 'error') ? EXIT.problems : EXIT.ok;
  });

program
  .command('settings')
  .description('print a Markdown table of the settings of each widget, for the plugin’s README')
  .argument('[dir]', 'the plugin’s folder', '.')
  .action(async (dir: string) => {
    const { formatSettings } = await import('./settings-table.ts');
    print(await formatSettings(resolve(dir)));
  });

program
  .command('upgrade')
  .description(
    'bring the files, scripts and packages of a created plugin up to date, and keep what the author changed',
  )
  .argument('[dir]', 'the plugin’s folder', '.')
  .option('--dry-run', 'print what it would change')
  .action(async (dir: string, { dryRun = false }: { dryRun?: boolean }) => {
    const { findUpgrade, formatUpgrade, writeUpgrade } = await import('./upgrade.ts');
    const folder = resolve(dir);
    const upgrade = await findUpgrade(folder);
    if (!dryRun) await writeUpgrade(folder, upgrade);
    print(formatUpgrade(upgrade, dryRun));
  });

program
  .command('pack')
  .description('check the plugin and write one archive of it, which other people install')
  .argument('[dir]', 'the plugin’s folder', '.')
  .option('--out <file>', 'the archive (default: <id>-<version>.zip in the current folder)')
  .option('--sources', 'add the sources of the widgets, and every other file that is not hidden or installed')
  .option('--sign <key>', 'a private Ed25519 key in PEM; the signature is written beside the archive')
  .action(async (dir: string, { out, sources, sign }: { out?: string; sources?: boolean; sign?: string }) => {
    const { formatPacked, packPlugin } = await import('./pack.ts');
    const absolute = (path?: string) => (path === undefined ? undefined : resolve(path));
    const packed = await packPlugin({
      folder: resolve(dir),
      out: absolute(out),
      sources,
      sign: absolute(sign),
    });
    print(formatPacked(packed));
  });

program
  .command('install')
  .description('install a plugin, or update it, from an archive that “pack” made')
  .argument('<archive>', 'the archive; its signature is the file beside it that ends in .minisig')
  .requiredOption('--into <folder>', 'the folder of the server’s plugins')
  .option('--key <key>', 'the publisher’s public key, as minisign spells it; refuses every other signature')
  .option('--replace', 'replace a folder of the same name that no archive has made; its other files are lost')
  .action(async (archive: string, options: { into: string; key?: string; replace?: boolean }) => {
    const { installPlugin } = await import('./install.ts');
    print(await installPlugin({ archive, ...options }));
  });

program
  .command('dev')
  .description('preview the plugin in the demo host and update its widgets after each change')
  .argument('[dir]', 'the plugin’s folder', '.')
  .option(
    '--react <major>',
    'the React version of the host, 18 or 19 (default: that of the plugin’s tests and types)',
    oneOf('18', '19'),
  )
  .option('--sandbox', 'run the widgets in sandboxed frames, as a host may run an untrusted plugin')
  .option('--api <url>', 'a real NousViz for the requests that the demo host does not answer')
  .option('--port <number>', 'the port, or the next free one if it is taken', portOf, 4173)
  .option('--host <name>', 'the network address to listen on', '127.0.0.1')
  .action(async (dir: string, options: DevCommandOptions) => {
    const { serveDev } = await import('../dev/index.ts');
    const { react, sandbox = false, api, port, host } = options;
    if (api !== undefined && !/^https?:/.test(URL.canParse(api) ? api : ''))
      throw new UsageError(
        `--api ${api} is not the address of a server. Use one such as http://127.0.0.1:8000.`,
      );
    const dev = await serveDev({
      folder: resolve(dir),
      sandbox,
      port,
      host,
      ...(react && { react: react === '19' ? 19 : 18 }),
      ...(api && { api }),
      report: print,
    });
    print(`NousViz demo host: ${dev.url}`);
    if (dev.widgetUrl) print(`One widget, large, with controls: ${dev.widgetUrl}`);
    const end = () => {
      process.off('SIGINT', end).off('SIGTERM', end);
      void dev.close().then(() => process.exit(EXIT.ok));
    };
    process.on('SIGINT', end).on('SIGTERM', end);
  });

program
  .command('trust')
  .description('maintain the trust file of a server')
  .command('compact')
  .description(
    'remove copies of bundles that neither run nor belong to the last consent of a plugin; operators cannot roll back to them',
  )
  .argument('<file>', 'the file of fileTrustStore; servers that use it may run meanwhile')
  .option('--dry-run', 'print what it would remove')
  .action(async (file: string, { dryRun = false }: { dryRun?: boolean }) => {
    const { compactTrust } = await import('./compact-trust.ts');
    print(await compactTrust(resolve(file), dryRun));
  });

function oneOf(...values: string[]) {
  return (value: string) => {
    if (!values.includes(value)) throw new InvalidArgumentError(`It must be ${values.join(' or ')}.`);
    return value;
  };
}

function reactsOf(value: string): (18 | 19)[] {
  if (!/^(?:18|19)(?:,(?:18|19))?$/.test(value))
    throw new InvalidArgumentError('It must be 18, 19 or 18,19.');
  return [...new Set(value.split(',').map((major) => (major === '18' ? 18 : 19)))];
}

function portOf(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535)
    throw new InvalidArgumentError('It must be 0–65535.');
  return Number(value);
}

try {
  await program.parseAsync();
} catch (thrown) {
  const { name, message, code, exitCode } = thrown as Error & { code?: string; exitCode?: number };
  // Commander has already printed its own messages. It throws after --help and --version too.
  if (code?.startsWith('commander.')) process.exitCode = exitCode === 0 ? EXIT.ok : EXIT.usage;
  else {
    const isExpected = [
      'UsageError',
      'BuildError',
      'WidgetError',
      'TrustStoreError',
      'ArchiveError',
    ].includes(name);
    printError(isExpected || !(thrown instanceof Error) ? message : String(thrown.stack));
    process.exitCode = name === 'UsageError' ? EXIT.usage : EXIT.problems;
  }
}
