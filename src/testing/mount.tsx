import { render, type RenderResult } from '@testing-library/react/pure.js';
import { isMatch, PLUGIN_ID, type Config, type WidgetError } from '../contract/index.ts';
import { CustomPanel, HostContext } from '../react/index.ts';
import { createHost, internalsOf, loadDiagnosis, type Host, type HostInternals } from '../host/index.ts';
import { quote, RULES } from '../contract/words.ts';
import { acting, nextTask } from './acting.ts';
import type { Api } from './answers.ts';
import { setClock, type Time } from './clock.ts';
import { TestingError } from './errors.ts';
import { createMemory, type Memory, type Override } from './memory.ts';
import { assertPage, enterPage } from './page.ts';
import { assertPlain } from './plain.ts';
import { inStrictMode, moduleOf, nameOf, type WidgetSource } from './source.tsx';

/** What a widget is rendered with. */
export interface WidgetOptions {
  /** The plugin that owns the widget. */
  pluginId: string;
  /** @default "main" */
  dashboardName?: string;
  /** The panel's `config`, plain data; the widget gets a frozen copy. @default {} */
  config?: Config;
  /** What requests are answered with, by route. @default {} */
  api?: Api;
  /** What time it is, until the widget leaves. @default the real time, or the one that fake timers say */
  now?: Time;
}

/** A widget on the page, and what is known of it. */
export interface Mounted {
  host: Host;
  memory: Memory;
  container: HTMLElement;
  /** What cards were told of so far, oldest first. */
  errors: readonly WidgetError[];
  rendered: RenderResult;
  setConfig(config: Config): Promise<void>;
  /** Waits until what is on its way has come and is drawn. */
  settle(): Promise<void>;
  /** Takes the widget out of the panel, and waits for what comes of that. */
  unmount(): Promise<void>;
  /** Takes the host off the page, and ends what was to come late. */
  close(): void;
}

/** What {@link mountWidget} does beyond rendering. */
export interface MountExtras {
  /** Told each request that nothing answers. */
  fail(error: TestingError): void;
  /** Told each failure that the panel shows a card for. */
  onCard?(error: WidgetError): void;
  override?: Override | undefined;
  strictMode?: boolean | undefined;
}

/** Rounds without an event after which nothing more is coming, and rounds after which it is no use waiting. */
const [QUIET, MOST] = [3, 100];
/** Milliseconds that a widget may suspend for something else than an answer. */
const PATIENCE = 1000;
const clock = performance.now.bind(performance);

/**
 * Renders a widget in a panel of a real host, whose API is in memory. `window.NousViz` is there as soon as this returns its promise,
 * which resolves when all has come that was on its way; a widget that crashed has a card by then.
 *
 * @throws {TestingError} for options that make no sense, and for an environment without a page.
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` where `window.NousViz` is somebody else's.
 */
export async function mountWidget(
  source: WidgetSource,
  options: WidgetOptions,
  { fail, onCard, override, strictMode }: MountExtras,
): Promise<Mounted> {
  const { pluginId, dashboardName = 'main', api = {}, now } = options;
  let { config = {} } = options;
  const module = moduleOf(source);
  const component = module.then(
    (loaded) => nameOf(loaded.default),
    () => nameOf(undefined),
  );
  assertPage();
  if (!isMatch(PLUGIN_ID, pluginId))
    throw new TestingError('PLUGIN_ID_INVALID', `pluginId is ${quote(pluginId)}, but it ${RULES.pluginId}.`);
  assertPlain(config);

  const memory = createMemory({ pluginId, dashboardName, component, api, fail, override });
  const releaseClock = now === undefined ? () => {} : setClock(now);
  let page: ReturnType<typeof enterPage>;
  try {
    page = enterPage(memory, (fetch) =>
      createHost({
        lock: false,
        fetch,
        getSessionToken: () => 'test-session',
        disablePlugins: false,
        importModule: async () => {
          const loaded = await module;
          return strictMode ? { default: inStrictMode(loaded.default) } : loaded;
        },
      }),
    );
  } catch (error) {
    releaseClock();
    throw error;
  }

  const errors: WidgetError[] = [];
  const internals: HostInternals = {
    ...internalsOf(page.host),
    // The test hears what the page's console would show.
    report(error) {
      if (errors.includes(error)) return;
      errors.push(error);
      onCard?.(error);
    },
  };
  const container = document.body.appendChild(document.createElement('div'));
  const name = await component;
  const element = () => (
    <HostContext.Provider value={internals}>
      <CustomPanel pluginId={pluginId} component={name} dashboardName={dashboardName} config={config} />
    </HostContext.Provider>
  );

  const isThere = (selector: string) => container.querySelector(`:scope > ${selector}`) !== null;
  const isLoading = () => isThere('[role="status"]') || isThere('[data-status="loading"]');
  // The panel's own skeleton within the widget's root.
  const suspends = () =>
    memory.waiting('late') === 0 && isThere(`section > * > * > [aria-label="${name} is loading"]`);

  async function settle() {
    const since = clock();
    for (let [quiet, round] = [0, 0]; quiet < QUIET; round += 1) {
      const { count } = memory.traffic;
      await acting(nextTask);
      const waits = isLoading() || (suspends() && clock() - since < PATIENCE);
      if (round > MOST && !waits) return;
      const moves = waits || memory.traffic.count !== count || memory.waiting('soon') > 0;
      quiet = moves ? 0 : quiet + 1;
    }
  }

  function close() {
    memory.close();
    page.leave();
    releaseClock();
    container.remove();
  }

  let rendered: RenderResult;
  try {
    await loadDiagnosis();
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
