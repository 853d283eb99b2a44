import { randomUUID } from 'node:crypto';
import { relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { Hono } from 'hono';
import { EVENTS, MODULES, REPORTS, type DevState } from './dev-state.ts';
import { packageFile } from '../server/tools.ts';
import { createChannel } from './events.ts';
import { createLivePlugin } from './live-plugin.ts';
import { SKIPPED } from './overlay.ts';
import { readPlugin } from './plugin-folder.ts';
import { serveHost, type HostEnv } from './serve-host.ts';
import { UsageError } from './usage-error.ts';
import { formatProblem } from '../bundling/index.ts';

/** The options of {@link serveDev}. */
export interface DevOptions {
  /** The plugin's folder, absolute. */
  folder: string;
  /** The React of the host. @default 18 */
  react?: 18 | 19;
  /** A server that answers other requests below `/api` in place of `mock/*.json` and the embedded Postgres. */
  api?: string;
  /** @default "127.0.0.1" */
  host?: string;
  /** The next free one is taken; 0 is any. @default 4173 */
  port?: number;
  /** Hears of each build, a line or more. */
  report(lines: string): void;
}

/** A plugin on show. */
export interface DevServer {
  /** The address of the plugin's first dashboard. */
  url: string;
  close(): Promise<void>;
}

/** Milliseconds after which saves that came together are taken in. The watcher tells of one file once in 50 of them: what it kept to itself is there by then. */
const PAUSE = 60;

/** Calls with files of a folder as they change, those of one save together. */
function watchFolder(
  folder: string,
  isWanted: (file: string) => boolean,
  onChange: (files: Set<string>) => void,
) {
  const isSkipped = (file: string) =>
    file.startsWith(folder + sep) &&
    relative(folder, file)
      .split(sep)
      .some((part) => SKIPPED.test(part));
  const watcher = watch(folder, {
    ignoreInitial: true,
    ignored: (file) => isSkipped(file) && !isWanted(file),
  });
  let changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  watcher.on('all', (_, file) => {
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = changed;
      changed = new Set();
      onChange(files);
    }, PAUSE);
  });
  return {
    add: (files: readonly string[]) => void watcher.add([...files]),
    ready: new Promise<void>((ready) => watcher.once('ready', ready)),
    close() {
      clearTimeout(timer);
      return watcher.close();
    },
  };
}

/** Answers pages that report on an update, and reports the same line of several pages once. */
function createReports(state: () => DevState, report: (line: string) => void) {
  const reported = new Set<string>();
  return async (request: Request): Promise<Response> => {
    const { component, sha256, text } = (await request.json().catch(() => ({}))) as Record<string, unknown>;
    // Another site's page could say anything.
    const isOwn = ['same-origin', null].includes(request.headers.get('sec-fetch-site'));
    const isKnown = state().widgets.some((widget) => widget.component === component);
    if (!isOwn || !isKnown || typeof text !== 'string') return new Response(null, { status: 400 });
    const line = `${String(component)}: ${text.replaceAll(/\p{Cc}/gu, ' ').slice(0, 300)}`;
    const key = `${String(sha256)} ${line}`;
    if (!reported.has(key)) report(line);
    reported.add(key);
    return new Response(null, { status: 204 });
  };
}

/** A module's text, which is the same for ever under its name. */
const javascript = (text: string) =>
  new Response(text, {
    headers: {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'public, max-age=31536000, immutable',
    },
  });

/**
 * Shows a plugin in the demo host, builds its widgets as they are saved and has open pages take them in. Writes nothing into the
 * plugin's folder.
 *
 * @throws {UsageError} for a folder that is no plugin, and an address that cannot be listened on.
 */
export async function serveDev(options: DevOptions): Promise<DevServer> {
  const { folder: dir, react = 18, api, host = '127.0.0.1', port = 4173, report } = options;
  const plugin = await readPlugin(dir);
  const none = plugin.problems.find(({ code }) => code === 'NO_PLUGIN');
  if (none) throw new UsageError(formatProblem(none));

  const live = await createLivePlugin({ plugin, report, watch: (files) => watcher.add(files) });
  const boot = randomUUID();
  const state = (): DevState => ({ boot, ...live.state() });
  const channel = createChannel(state());
  const answerReport = createReports(state, report);

  let running: Promise<unknown> = Promise.resolve();
  const run = (step: () => Promise<unknown>) => {
    running = running.then(step).catch((thrown: Error) => report(String(thrown.stack)));
    return running;
  };
  const watcher = watchFolder(plugin.folder, live.isBundle, (files) => {
    void run(async () => {
      if (await live.takeIn(files)) channel.send(state());
    });
  });
  async function end() {
    await watcher.close();
    await running;
    channel.close();
    await live.close();
  }

  const routes = new Hono<HostEnv>();
  routes.get(EVENTS, (c) => channel.open(c));
  routes.post(REPORTS, ({ req }) => answerReport(req.raw));
  routes.get(`${MODULES}:name`, (c) => {
    const text = live.moduleAt(c.req.param('name'));
    return text === undefined ? c.notFound() : javascript(text);
  });

  try {
    await watcher.ready;
    await run(live.buildAll);
    channel.send(state());
    const served = await serveHost({
      plugins: live.plugins,
      app: packageFile(`dist/demo-${react}`),
      trust: live.trust,
      host,
      port,
      ...(api && { api }),
      routes,
      packages: plugin.folder,
    });
    if (port !== 0 && served.port !== port) report(`Port ${port} is taken, so this is ${served.port}.`);
    const [dashboard] = plugin.dashboards;
    const path = ['plugin', plugin.id, ...(dashboard ? [dashboard.name] : [])];
    return {
      url: new URL(path.map(encodeURIComponent).join('/'), served.url).href,
      async close() {
        await Promise.all([end(), served.close()]);
      },
    };
  } catch (thrown) {
    await end();
    const { syscall, message } = thrown as NodeJS.ErrnoException;
    throw syscall === 'listen' ? new UsageError(`--host ${host} --port ${port}: ${message}.`) : thrown;
  }
}
