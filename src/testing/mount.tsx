import { render, type RenderResult } from '@testing-library/react/pure.js';
import { isMatch, PLUGIN_ID, type Config, type WidgetError } from '../contract/index.ts';
import { CustomPanel, HostContext } from '../react/index.ts';
import { createHost, internalsOf, loadDiagnosis, type Host, type HostInternals } from '../host/index.ts';
import { quote, RULES } from '../contract/words.ts';
import { acting, nextTask } from './acting.ts';
import type { Api } from './answers.ts';
import { setClock, type Time } from './clock.ts';
import { TestingError } from './errors.ts';
import { createMemoryFrame } from './memory-frame.tsx';
import { createMemory, type Memory, type Override } from './memory.ts';
import { addHost, assertPage } from './page.ts';
import { assertPlain } from './plain.ts';
import { readSchema } from './schema.ts';
import { componentName, inStrictMode, moduleOf, type WidgetSource } from './source.tsx';

/** The options for rendering a widget. */
export interface WidgetOptions {
  /** The id of the plugin that owns the widget. */
  pluginId: string;
  /** @default "main" */
  dashboardName?: string;
  /** The panel's `config`, plain data. The widget receives a frozen copy. @default {} */
  config?: Config;
  /**
   * The schema of its settings, as the widget's file exports it: a Standard Schema or JSON Schema. The widget then gets its defaults, and a
   * config that it does not accept shows a card.
   * @default the export `config` of the widget's module, if that is given
   */
  schema?: unknown;
  /** The answers to requests, by route. @default {} */
  api?: Api;
  /** The current time, until the widget is unmounted. @default the real time, or that of fake timers */
  now?: Time;
}

/** A mounted widget. */
export interface Mounted {
  host: Host;
  memory: Memory;
  container: HTMLElement;
  /** The errors of all cards so far, oldest first. */
  errors: readonly WidgetError[];
  rendered: RenderResult;
  setConfig(config: Config): Promise<void>;
  /** Waits until all answers that are not delayed have arrived and are rendered. */
  settle(): Promise<void>;
  /** Unmounts the widget, and waits for the effects of that. */
  unmount(): Promise<void>;
  /** Removes the host from the page, and cancels delayed answers. */
  close(): void;
}

/** The further options of {@link mountWidget}. */
export interface MountExtras {
  /** Receives each mistake of the test, such as a request without an answer. */
  fail(error: TestingError): void;
  /** Receives the error of each card that the panel shows. */
  onCard?(error: WidgetError): void;
  override?: Override | undefined;
  strictMode?: boolean | undefined;
  sandbox?: boolean | undefined;
}

/** The number of tasks without activity after which a widget is settled. */
const IDLE_TASKS = 3;
/** The number of tasks after which an active widget counts as settled, unless it is loading. */
const MAX_TASKS = 100;
/** The milliseconds for which a widget may suspend without a pending request. */
const SUSPEND_TIMEOUT = 1000;
const clock = performance.now.bind(performance);

/**
 * Renders a widget in a panel of a real host with an in-memory API. It publishes `window.NousViz` before it returns its promise,
 * which resolves when the widget is settled, or its card is rendered.
 *
 * @throws {TestingError} for invalid options, and for an environment without a page.
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` if another library has set `window.NousViz`.
 */
export async function mountWidget(
  source: WidgetSource,
  options: WidgetOptions,
  { fail, onCard, override, strictMode, sandbox }: MountExtras,
): Promise<Mounted> {
  const { pluginId, dashboardName = 'main', api = {}, now } = options;
  let { config = {} } = options;
  const module = moduleOf(source);
  const component = module.then(
    (loaded) => componentName(loaded.default),
    () => componentName(undefined),
  );
  assertPage();
  if (!isMatch(PLUGIN_ID, pluginId))
    throw new TestingError('PLUGIN_ID_INVALID', `pluginId is ${quote(pluginId)}, but it ${RULES.pluginId}.`);
  assertPlain(config);

  const schema = module.then(
    (loaded) => readSchema(options.schema ?? loaded.config),
    () => undefined,
  );
  // Its first reader gets the error.
  schema.catch(() => {});
  const memory = createMemory({ pluginId, dashboardName, component, schema, api, fail, override, sandbox });
  const importModule = async () => {
    const loaded = await module;
    return strictMode ? { default: inStrictMode(loaded.default) } : loaded;
  };
  const onTraffic = () => void (memory.traffic.count += 1);
  const errors: WidgetError[] = [];
  // Errors go to the test instead of the console.
  function report(error: WidgetError) {
    if (errors.includes(error)) return;
    errors.push(error);
    onCard?.(error);
  }
  const frame = sandbox
    ? createMemoryFrame({ pluginId, component, importModule, onNoted: report, onTraffic })
    : undefined;
  const releaseClock = now === undefined ? () => {} : setClock(now);
  let page: ReturnType<typeof addHost>;
  try {
    page = addHost(
      memory,
      (fetch) =>
        createHost({
          lock: false,
          fetch,
          getSessionToken: () => 'test-session',
          disablePlugins: false,
          audience: 'author',
          importModule,
          ...(frame && { sandbox: frame.sandbox }),
        }),
      frame?.enter,
    );
  } catch (error) {
    releaseClock();
    throw error;
  }

  const internals: HostInternals = { ...internalsOf(page.host), report };
  const container = document.body.appendChild(document.createElement('div'));
  const name = await component;
  const element = () => (
    <HostContext.Provider value={internals}>
      <CustomPanel pluginId={pluginId} component={name} dashboardName={dashboardName} config={config} />
    </HostContext.Provider>
  );

  const isOnPage = (selector: string) => container.querySelector(`:scope > ${selector}`) !== null;
  // A card may load after the panel has failed.
  const isLoading = () =>
    ['[role="status"]', '[data-status="loading"]', 'section > [role="status"]'].some(isOnPage);
  // The panel renders its skeleton within the widget's root while the widget suspends.
  const isSuspended = () =>
    memory.waiting('late') === 0 && isOnPage(`section > * > * > [aria-label="${name} is loading"]`);

  async function settle() {
    const start = clock();
    for (let [idle, task] = [0, 0]; idle < IDLE_TASKS;) {
      const { count } = memory.traffic;
      await acting(nextTask);
      const isWaiting = isLoading() || (isSuspended() && clock() - start < SUSPEND_TIMEOUT);
      // What the page waits for may take many tasks, and the widget begins after it.
      task = isWaiting ? 0 : task + 1;
      if (task > MAX_TASKS) return;
      const isBusy = memory.waiting('soon') > 0 || frame?.isBusy() === true;
      const isActive = isWaiting || isBusy || memory.traffic.count !== count;
      idle = isActive ? 0 : idle + 1;
    }
  }

  function close() {
    memory.close();
    page.remove();
    releaseClock();
    container.remove();
  }

  let rendered: RenderResult;
  try {
    await Promise.all([loadDiagnosis(), schema]);
    await acting(() => (rendered = render(element(), { container, baseElement: container })));
    await settle();
  } catch (error) {
    close();
    throw error;
  }

  return {
    host: page.host,
    memory,
    container,
    errors,
    rendered: rendered!,
    settle,
    close,
    async setConfig(next) {
      assertPlain(next);
      config = next;
      await acting(() => rendered.rerender(element()));
      await settle();
    },
    async unmount() {
      await acting(rendered.unmount);
      await settle();
    },
  };
}
