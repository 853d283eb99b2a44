import { createContext, memo, type Context, type ReactNode } from 'react';

const { apiFetch, formatRelativeTime, formatAbsoluteTime, formatNumber, formatBytes, cn } = NousViz.widgets;

// Both forms of the global have one type.
export const same: typeof window.NousViz.widgets = NousViz.widgets;

// `apiFetch` accepts the arguments of `fetch`.
export const answers: Promise<Response>[] = [
  apiFetch('/api/plugins/desk/items'),
  apiFetch(new URL('/api/plugins/desk/items', location.href), { headers: [['accept', 'text/csv']] }),
  apiFetch(new Request('/api/plugins/desk/items'), { headers: new Headers(), signal: null }),
];
// @ts-expect-error the URL is missing
apiFetch();
// @ts-expect-error a response is not its body
apiFetch('/api/plugins/desk/items').then((body) => body.items);

export const texts: string[] = [
  formatRelativeTime('2026-04-25T14:00:00Z'),
  formatRelativeTime(null),
  formatAbsoluteTime(undefined),
  formatAbsoluteTime(new Date()),
  formatNumber(12n),
  formatNumber(null),
  formatBytes(undefined),
  cn('p-2', false, null, undefined, 0, ['m-1', ['m-2']], { hidden: true }),
];
// @ts-expect-error a number of seconds is not a date
formatAbsoluteTime(1777125600);
// @ts-expect-error a string is not a number
formatNumber('12');
// @ts-expect-error a string is not a number
formatBytes('12');
// @ts-expect-error a symbol is not a class name
cn(Symbol('p-2'));

// @ts-expect-error helpers are read-only
NousViz.widgets.apiFetch = fetch;
// @ts-expect-error the global is read-only
NousViz.React = undefined;
// @ts-expect-error there is no such helper
NousViz.widgets.formatDate('2026-04-25');

// The React of the global has React's types.
export const Theme: Context<string> = NousViz.React.createContext('light');
export const sameContext: typeof createContext = NousViz.React.createContext;
// @ts-expect-error there is no such hook
NousViz.React.useNothing();
NousViz.ReactDOM.createPortal(null, document.body);
// @ts-expect-error a root needs an element
NousViz.ReactDOMClient.createRoot();
export const runtime: unknown = NousViz.ReactJSXRuntime.jsx;
export const version: string = NousViz.version;

function Widget({ pluginId, dashboardName, config }: CustomWidgetProps): ReactNode {
  // @ts-expect-error props are read-only
  // oxlint-disable-next-line no-param-reassign
  config.title = pluginId;
  const title: string = config.title ?? dashboardName;
  return title;
}
export const element = <Widget pluginId="desk" dashboardName="overview" config={{ title: 'Desk' }} />;
export const Memo = memo(Widget);
export const memoised = <Memo pluginId="desk" dashboardName="overview" config={{}} />;
// @ts-expect-error `config` is required
export const incomplete = <Widget pluginId="desk" dashboardName="overview" />;
