import { getQueriesForElement, type BoundFunctions, type queries } from '@testing-library/react/pure.js';
import type { Config, WidgetError } from '../contract/index.ts';
import type { Host } from '../host/index.ts';
import type { Api, Call } from './answers.ts';
import { throwAll } from './errors.ts';
import { environmentRemedy } from './lacking.ts';
import { mountWidget, type WidgetOptions } from './mount.tsx';
import type { WidgetSource } from './source.tsx';

/** The options of {@link renderWidget}. */
export interface RenderWidgetOptions extends WidgetOptions {
  /** Whether a crash does not fail the test, which can then check the card and `error`. @default false */
  showCard?: boolean;
  /** Whether the widget is rendered in React's `StrictMode`, which mounts it twice in development. @default false */
  strictMode?: boolean;
  /**
   * Whether the widget runs as in a sandboxed frame: its requests go to its own routes only, over the same protocol, and it has no
   * storage, no cookies and no network. @default false
   */
  sandbox?: boolean;
}

/**
 * A widget on the page, with Testing Library's queries bound to its panel. A failure, such as a crash or a request that `api` does
 * not answer, is thrown by the member that is used next, and by {@link cleanup} at the latest.
 */
export interface RenderedWidget extends BoundFunctions<typeof queries> {
  /** The element that contains the panel. */
  readonly container: HTMLElement;
  /** All requests so far, oldest first. */
  readonly calls: readonly Call[];
  /** The error of the card that replaces the widget, or `undefined` if there is no card. */
  readonly error: WidgetError | undefined;
  /** The host of the panel. `host.plugins.revoke(pluginId)` revokes trust. */
  readonly host: Host;
  /** Replaces the panel's whole config, and waits until it is rendered. */
  setConfig(config: Config): Promise<void>;
  /** Adds or replaces the answers of these routes. */
  answer(api: Api): void;
  /** Waits until all answers that are not delayed have arrived and are rendered. */
  settle(): Promise<void>;
  /** Removes the widget and its host from the page. */
  unmount(): Promise<void>;
  /** Prints the panel. */
  debug(): void;
}

const onPage = new Set<RenderedWidget>();

/**
 * Renders a widget as the app does: in a panel of a real host, with a frozen config, the prop `host`, `window.NousViz` and its own
 * React root. Requests are answered by `api`, never by the network. It resolves when the widget is rendered and its first requests
 * are answered.
 *
 * @param widget The component, or `import('./MyWidget.tsx')`, which also works if the file uses `NousViz` at its top.
 * @throws {WidgetError} with the message of the card if the widget crashes, unless `showCard` is set.
 * @throws {TestingError} for a request without an answer, and for invalid options.
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
  const { showCard = false, strictMode, sandbox } = options;
  const here = new Error();
  const { captureStackTrace } = Error as { captureStackTrace?: (error: Error, above: unknown) => void };
  captureStackTrace?.(here, renderWidget);
  const mounted = await mountWidget(widget, options, {
    fail(error) {
      // The call in the test is more useful than the stack of the request.
      error.stack = here.stack!.replace(/^Error/, () => `${error.name}: ${error.message}`);
      failures.push(error);
    },
    onCard: (error) => showCard || failures.push(withRemedy(error)),
    strictMode,
    sandbox,
  });
  const { container, errors, host, memory, rendered } = mounted;

  /** The same query, which first throws the failures so far, because they explain why it finds nothing. */
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

/** Adds the remedy to the message of a crash that the test environment may cause. */
function withRemedy(error: WidgetError): WidgetError {
  const remedy = environmentRemedy(error.cause);
  if (remedy) error.message += `\n${remedy}`;
  return error;
}

/**
 * Removes all widgets from the page, and throws the failures that were not thrown yet. It runs automatically if the test framework
 * has a global `afterEach`.
 */
export async function cleanup(): Promise<void> {
  const failures: Error[] = [];
  for (const rendered of [...onPage].toReversed())
    await rendered.unmount().catch((error: Error) => failures.push(error));
  throwAll(failures);
}
