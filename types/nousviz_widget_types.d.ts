/**
 * Types for NousViz widgets. Copy this file into your plugin and name it at the top of a widget:
 * `/// <reference path="./nousviz_widget_types.d.ts" />`.
 *
 * It stands alone. Where `@types/react` or `@types/react-dom` is not installed, their parts are `any`.
 */

/** What the host passes to a widget, the component that a bundle exports as its default. */
interface CustomWidgetProps {
  /**
   * The id of the plugin that declares the component, also when a dashboard of another plugin shows it.
   * @example apiFetch(`/api/plugins/${pluginId}/items`)
   */
  readonly pluginId: string;
  /** The name of the dashboard that shows the panel. */
  readonly dashboardName: string;
  /**
   * The panel's `config` from the dashboard's YAML, `{}` where there is none. Plain data, frozen through and
   * through: copy it before you change it. Nobody has checked it, so expect any value to be missing.
   * @example const title = config.title ?? 'Open tickets';
   */
  readonly config: Readonly<Record<string, any>>;
  /**
   * The host's helpers for this panel: the same as `NousViz.widgets`, but their requests end when the panel goes or
   * the operator takes trust back, and the host knows whose they are. Absent on hosts that have none, NousViz 1.0 among
   * them.
   * @example const { apiFetch } = host ?? NousViz.widgets;
   */
  readonly host?: NousVizHandle;
}

/** The host's helpers for one panel, the prop `host`. After trust is revoked all of them throw `TRUST_REVOKED`. */
interface NousVizHandle extends NousVizWidgets {
  readonly pluginId: string;
  readonly component: string;
  /** Fires when the panel goes, or trust does. */
  readonly signal: AbortSignal;
}

/** What {@link NousVizWidgets.cn} takes: class names, lists of them, and `{name: condition}` objects. */
type NousVizClassValue =
  string | number | bigint | boolean | null | undefined | NousVizClassValue[] | Record<string, any>;

/** The host's helpers, `window.NousViz.widgets`. The object is frozen. */
interface NousVizWidgets {
  /**
   * `fetch` with the operator's session. It takes what `fetch` takes and gives what `fetch` gives, adds the
   * session token as `X-Session-Token`, and asks for `cache: 'no-store'` unless you say otherwise. The token is
   * sent to the host only; a request to another origin goes out without it.
   *
   * HTTP errors do not reject: look at `response.ok`. It rejects where `fetch` rejects (offline, aborted), and with
   * an error whose `code` is `API_REDIRECTED` where the host redirects a request that cannot be repeated safely,
   * most often for a trailing slash.
   * @example
   * const response = await apiFetch(`/api/plugins/${pluginId}/items`, { signal });
   * if (!response.ok) throw new Error(`HTTP ${response.status}`);
   */
  readonly apiFetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
  /**
   * A date as a distance from now, in the largest unit that fits: seconds, minutes, hours, days, months, years.
   * "—" for `null`, `undefined` and text that is no date.
   * @param iso A date in ISO 8601, with or without a time; without a zone it is UTC.
   * @example formatRelativeTime(ticket.opened_at) // "2 hours ago", "in 5 minutes"
   */
  readonly formatRelativeTime: (iso: string | Date | null | undefined) => string;
  /**
   * A date in UTC to the second, whatever the browser's time zone. "—" for `null`, `undefined` and text that is
   * no date.
   * @param iso A date in ISO 8601, with or without a time; without a zone it is UTC.
   * @example formatAbsoluteTime('2026-04-25T16:00:00+02:00') // "2026-04-25, 14:00:00 UTC"
   */
  readonly formatAbsoluteTime: (iso: string | Date | null | undefined) => string;
  /**
   * A number with thousands separators and at most two decimals. "—" for `null`, `undefined`, `NaN` and the
   * infinities.
   * @example formatNumber(1234567) // "1,234,567"
   */
  readonly formatNumber: (n: number | bigint | null | undefined) => string;
  /**
   * A number of bytes in units of 1024 with at most one decimal. "—" for `null`, `undefined`, `NaN` and the
   * infinities.
   * @example formatBytes(1468006) // "1.4 MB"
   */
  readonly formatBytes: (n: number | null | undefined) => string;
  /**
   * Joins class names and leaves out falsy ones; of two Tailwind utilities that contradict each other, the later
   * wins.
   * @example cn('p-2 text-foreground', late && 'text-red-600') // "p-2 text-red-600" when late
   */
  readonly cn: (...inputs: NousVizClassValue[]) => string;
}

/** What the host publishes as `window.NousViz` before any widget is evaluated. */
interface NousVizGlobal {
  /** The page's one React; `import { useState } from 'react'` gives the same functions. */
  // @ts-ignore: without @types/react this is `any`
  readonly React: typeof import('react');
  /** The module behind compiled JSX; the build imports it for you. */
  // @ts-ignore: without @types/react this is `any`
  readonly ReactJSXRuntime: typeof import('react/jsx-runtime');
  /** @example NousViz.ReactDOM.createPortal(<Dialog />, document.body) */
  // @ts-ignore: without @types/react-dom this is `any`
  readonly ReactDOM: typeof import('react-dom');
  /** Roots of the page's one React, for libraries that render into an element of their own. */
  // @ts-ignore: without @types/react-dom this is `any`
  readonly ReactDOMClient: typeof import('react-dom/client');
  /** The version of the widget runtime, `"0.1.0"`. */
  readonly version: string;
  /** The host's helpers. */
  readonly widgets: NousVizWidgets;
}

/** The host's global, also as `window.NousViz`. */
declare var NousViz: NousVizGlobal;
