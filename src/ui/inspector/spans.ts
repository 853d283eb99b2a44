import { bundlePath } from '../../contract/index.ts';
import { urlWithoutSecrets } from '../../diagnosis/report.ts';

/** One step of a widget's load, in milliseconds since the page was opened. */
export interface Span {
  /** `load`: from the start of the import until the component is known. `render`: its first render. */
  readonly what: 'list' | 'dashboard' | 'shim' | 'bundle' | 'load' | 'render';
  readonly name: string;
  readonly start: number;
  readonly duration: number;
  /** Until the first byte of an answer, as a part of the duration. */
  readonly waiting?: number;
  /** The bytes of the answer, unpacked; absent where the browser does not state them. */
  readonly size?: number;
  /** The bytes that came over the network; 0 from the browser's cache. */
  readonly transferred?: number;
}

const round = (ms: number) => Math.round(ms * 10) / 10;

function spanOf(what: Span['what'], entry: PerformanceResourceTiming): Span {
  const { name, startTime, duration, responseStart, decodedBodySize, transferSize } = entry;
  const { pathname, search } = new URL(name);
  return {
    what,
    name: urlWithoutSecrets(what === 'bundle' || what === 'shim' ? pathname : pathname + search),
    start: round(startTime),
    duration: round(duration),
    ...(responseStart > 0 && { waiting: round(responseStart - startTime) }),
    ...(decodedBodySize > 0 && { size: decodedBodySize, transferred: transferSize }),
  };
}

/** What the load of one widget consists of. */
export interface SpanOptions {
  apiBase: string;
  pluginId: string;
  component: string;
  /** The name of its file; absent for a component that the list does not have. */
  filename?: string | undefined;
}

/** Finds the steps of a widget's load in the browser's Resource Timing and in our own measures, in the order of their start. */
export function spansOf({ apiBase, pluginId, component, filename }: SpanOptions): Span[] {
  const base = new URL(apiBase, location.href).href;
  const bundle = filename && base + bundlePath(pluginId, filename);
  const kindOf = (url: string): Span['what'] | undefined => {
    const [path = ''] = url.split('?');
    if (path === bundle) return 'bundle';
    if (!path.startsWith(base)) return undefined;
    const rest = path.slice(base.length);
    if (rest.startsWith('/widget-runtime/')) return 'shim';
    if (rest === '/plugins') return 'list';
    return /^\/plugins\/[^/]+\/dashboards\//.test(rest) ? 'dashboard' : undefined;
  };
  const resources = performance.getEntriesByType('resource').flatMap((entry) => {
    const what = kindOf(entry.name);
    return what ? [spanOf(what, entry as PerformanceResourceTiming)] : [];
  });
  const owner = `${pluginId}/${component}`;
  const measures = (['load', 'render'] as const).flatMap((what) =>
    performance
      .getEntriesByName(`NousViz ${what} ${owner}`, 'measure')
      .map(({ startTime, duration }): Span => ({
        what,
        name: owner,
        start: round(startTime),
        duration: round(duration),
      })),
  );
  return [...resources, ...measures].toSorted((a, b) => a.start - b.start);
}
