import { randomUUID } from 'node:crypto';
import { relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { Hono } from 'hono';
import { EVENTS, OPEN, REPORTS, type DevState } from './dev-state.ts';
import { packageFile } from '../server/tools.ts';
import { createChannel } from './events.ts';
import { installedReact } from './installed-react.ts';
import { createLivePlugin } from './live-plugin.ts';
import { SKIPPED } from './overlay.ts';
import { createOpener } from './open-editor.ts';
import { readPlugin } from './plugin-folder.ts';
import { serveHost, type HostEnv } from './serve-host.ts';
import { UsageError } from './usage-error.ts';
import { formatProblem } from '../bundling/index.ts';

/** The options of {@link serveDev}. */
export interface DevOptions {
  /** The plugin's folder, absolute. */
  folder: string;
  /** The host's version of React. @default the installed one of the plugin, or else 18 */
  react?: 18 | 19;
  /** Whether the plugin runs in sandboxed frames. @default false */
  sandbox?: boolean;
  /** A server that answers other requests below `/api` in place of `mock/*.json` and the embedded Postgres. */
  api?: string;
  /** @default "127.0.0.1" */
  host?: string;
  /** The first port to try; 0 for any free port. @default 4173 */
  port?: number;
  /** Called after each build with one line or more. */
  report(lines: string): void;
}

/** A running dev server. */
export interface DevServer {
  /** The address of the plugin's first dashboard. */
  url: string;
  /** The address of the page that shows its first widget alone, if it has one. */
  widgetUrl?: string;
  close(): Promise<void>;
}

/** Milliseconds to wait for further changes. It must be longer than 50, because the watcher throttles events of one file to one in 50 ms. */
const DEBOUNCE = 60;

/** Watches a folder and calls `onChange` with the files that changed at about the same time. */
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
    }, DEBOUNCE);
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

/** Creates the handler for the pages' reports. The same line from several pages is printed once. */
function createReports(state: () => DevState, report: (line: string) => void) {
  const reported = new Set<string>();
  return async (request: Request): Promise<Response> => {
    const { component, sha256, text } = (await request.json().catch(() => ({}))) as Record<string, unknown>;
    // Refuses reports from pages of other sites.
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

/** Answers with a module's code. A module never changes under its name. */
const moduleAnswer = (request: Request, text: string) =>
  new Response(text, {
    headers: {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'private, max-age=31536000, immutable',
      Vary: 'Origin',
      // For a sandboxed frame, whose origin is opaque.
      ...(request.headers.get('origin') === 'null' && { 'Access-Control-Allow-Origin': 'null' }),
    },
  });

/**
 * Serves a plugin in the demo host. It rebuilds widgets when files are saved and updates open pages. It writes nothing into the
 * plugin's folder.
 *
 * @throws {UsageError} if the folder is not a plugin or the address cannot be used.
 */
export async function serveDev(options: DevOptions): Promise<DevServer> {
  const { folder: dir, sandbox = false, api, host = '127.0.0.1', port = 4173, report } = options;
  const plugin = await readPlugin(dir);
  const { react = installedReact(plugin.folder) } = options;
  const missing = plugin.problems.find(({ code }) => code === 'NO_PLUGIN');
  if (missing) throw new UsageError(formatProblem(missing));

  const live = await createLivePlugin({
    plugin,
    sandboxed: sandbox,
    report,
    watch: (files) => watcher.add(files),
  });
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
      if (await live.update(files)) channel.send(state());
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
  const open = createOpener(plugin.folder, report);
  routes.post(OPEN, ({ req }) => open(req.raw));
  // Below `modulesPath`.
  routes.get('/api/plugins/:id/widget/modules/:name', (c) => {
    const text = live.getModule(c.req.param('name'));
    return text === undefined ? c.notFound() : moduleAnswer(c.req.raw, text);
  });

  try {
    await watcher.ready;
    await run(live.buildAll);
    channel.send(state());
    const served = await serveHost({
      plugins: live.plugins,
      app: packageFile(`dist/demo-${react}`),
      apps: { 18: packageFile('dist/demo-18'), 19: packageFile('dist/demo-19') },
      trust: live.trust,
      host,
      port,
      ...(api && { api }),
      routes,
      packages: plugin.folder,
    });
    if (port !== 0 && served.port !== port)
      report(`Port ${port} is in use. Using port ${served.port} instead.`);
    const [dashboard] = plugin.dashboards;
    const [widget] = plugin.components;
    const urlOf = (...path: string[]) => new URL(path.map(encodeURIComponent).join('/'), served.url).href;
    return {
      url: urlOf('plugin', plugin.id, ...(dashboard ? [dashboard.name] : [])),
      ...(widget && { widgetUrl: urlOf('widget', plugin.id, widget.name) }),
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
