import { getQueriesForElement, type BoundFunctions, type queries } from '@testing-library/react/pure.js';
import type { Config, WidgetError } from '../contract/index.ts';
import type { Host } from '../host/index.ts';
import type { Api, Call } from './answers.ts';
import { throwAll } from './errors.ts';
import { mountWidget, type WidgetOptions } from './mount.tsx';
import type { WidgetSource } from './source.tsx';

/** What {@link renderWidget} takes. */
export interface RenderWidgetOptions extends WidgetOptions {
  /** Whether a crash is looked at by the test, as a card and as `error`, and does not fail it. @default false */
  showCard?: boolean;
  /** Whether the widget stands in React's `StrictMode`, which mounts it twice in development. @default false */
  strictMode?: boolean;
}

/**
 * A widget on the page, with Testing Library's queries bound to its panel. What went wrong meanwhile, a request that `api` does
 * not answer or a crash, is thrown by whatever is used next, and by {@link cleanup} at the latest.
 */
export interface RenderedWidget extends BoundFunctions<typeof queries> {
  /** The element that the panel is in. */
  readonly container: HTMLElement;
  /** The requests so far, oldest first. */
  readonly calls: readonly Call[];
  /** Why a card stands in the widget's place; nothing where none does. */
  readonly error: WidgetError | undefined;
  /** The host around the panel: `host.plugins.revoke(pluginId)` takes trust back. */
  readonly host: Host;
  /** Gives the panel another config, whole, and waits until that is drawn. */
  setConfig(config: Config): Promise<void>;
  /** Answers these routes so from now on. */
  answer(api: Api): void;
  /** Waits until answers that are on their way have come and are drawn; not for delayed ones. */
  settle(): Promise<void>;
  /** Takes the widget and its host off the page. */
  unmount(): Promise<void>;
  /** Prints the panel. */
  debug(): void;
}

const onPage = new Set<RenderedWidget>();

/**
 * Renders a widget as the app does: in a panel of a real host, with a frozen config, the prop `host`, `window.NousViz`, and a React
 * root of its own. There is no network; `api` answers. It resolves when the widget is on the screen and what it asked for at once
 * has come.
 *
 * @param widget The component, or `import('./MyWidget.tsx')`, which is right also where the file uses `NousViz` at its top.
 * @throws {WidgetError} with the words of the card where the widget crashed, unless `showCard`.
 * @throws {TestingError} where a request has no answer, or the options make no sense.
 * @example
 * const { getByText, calls } = await renderWidget(import('../widget/MyWidget.tsx'), {
 *   pluginId: 'my-plugin',
 *   api: { '/items': [{ name: 'First' }] },
 * });
 * getByText('First');
 */
export async function renderWidget(
  widget: WidgetSource,
  options: RenderWidgetOptions,
): Promise<RenderedWidget> {
  const failures: Error[] = [];
  const check = () => throwAll(failures.splice(0));
  const { showCard = false, strictMode } = options;
  const here = new Error();
  const { captureStackTrace } = Error as { captureStackTrace?: (error: Error, above: unknown) => void };
  captureStackTrace?.(here, renderWidget);
  const mounted = await mountWidget(widget, options, {
    fail(error) {
      // The place in the test says more than how the request came here.
      error.stack = here.stack!.replace(/^Error/, () => `${error.name}: ${error.message}`);
      failures.push(error);
    },
    onCard: (error) => showCard || failures.push(error),
    strictMode,
  });
  const { container, errors, host, memory, rendered } = mounted;

  /** The same query, which says first what went wrong: that is why there is nothing to find. */
  const checked = (name: string, query: (...given: unknown[]) => unknown) => {
    const now = (...given: unknown[]) => (check(), query(...given));
    if (!name.startsWith('find')) return now;
    return async (...given: unknown[]) => {
      try {
        return await now(...given);
      } finally {
        check();
      }
    };
  };
  const bound = Object.entries(getQueriesForElement(container)).map(([name, query]) => [
    name,
    checked(name, query as (...given: unknown[]) => unknown),
  ]);

  const result: RenderedWidget = {
    ...(Object.fromEntries(bound) as BoundFunctions<typeof queries>),
    container,
    calls: memory.calls,
    host,
    get error() {
      const error = errors.at(-1);
      return error && container.querySelector(`[data-code="${error.code}"]`) ? error : undefined;
    },
    async setConfig(config) {
      check();
      await mounted.setConfig(config);
      check();
    },
    answer(api) {
      check();
      memory.add(api);
    },
    async settle() {
      await mounted.settle();
      check();
    },
    async unmount() {
      if (onPage.delete(result)) {
        await mounted.unmount().finally(mounted.close);
      }
      check();
    },
    debug: () => rendered.debug(container),
  };
  onPage.add(result);
  try {
    check();
  } catch (error) {
    await result.unmount().catch(() => {});
    throw error;
  }
  return result;
}

/**
 * Takes every widget off the page, and throws what went wrong with one and was not said yet. Where the test framework has a global
 * `afterEach` this runs by itself.
 */
export async function cleanup(): Promise<void> {
  const failures: Error[] = [];
  for (const rendered of [...onPage].toReversed())
    await rendered.unmount().catch((error: Error) => failures.push(error));
  throwAll(failures);
}
