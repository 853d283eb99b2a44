/**
 * Types for NousViz widgets. Copy this file into your plugin and reference it at the top of a widget:
 * `/// <reference path="./nousviz_widget_types.d.ts" />`.
 *
 * The file has no dependencies. Without `@types/react` or `@types/react-dom`, the types that come from them are `any`.
 */

/** The props that the host passes to a widget, which is the default export of a bundle. */
interface CustomWidgetProps {
  /**
   * The id of the plugin that declares the component, even on a dashboard of another plugin.
   * @example apiFetch(`/api/plugins/${pluginId}/items`)
   */
  readonly pluginId: string;
  /** The name of the dashboard that shows the panel. */
  readonly dashboardName: string;
  /**
   * The panel's `config` from the dashboard's YAML, `{}` if it has none. It is plain data and deeply frozen: copy it
   * before you change it. The host validates it only if the component has a schema, see {@link WidgetProps}; else expect any value
   * to be missing.
   * @example const title = config.title ?? 'Open tickets';
   */
  readonly config: Readonly<Record<string, any>>;
  /**
   * The host's helpers for this panel. They are those of `NousViz.widgets`, but the host attributes their requests to the
   * plugin, and aborts them when the panel is removed or the operator revokes trust. Some hosts, such as NousViz 1.0, do
   * not pass it.
   * @example const { apiFetch } = host ?? NousViz.widgets;
   */
  readonly host?: NousVizHandle;
}

/**
 * The props of a widget whose file exports the schema of its settings as `config`: a Standard Schema of zod, Valibot, ArkType or another
 * library, or a JSON Schema that ends in `as const`. The values are those after the schema's defaults.
 * @example
 * export const config = z.object({ title: z.string().default('Open tickets') });
 * export default function MyWidget({ config: { title } }: WidgetProps<typeof config>) {}
 */
interface WidgetProps<Schema> extends Omit<CustomWidgetProps, 'config'> {
  /** The panel's `config`, which the schema accepts, with its defaults. It is deeply frozen: copy it before you change it. */
  readonly config: NousVizFrozen<WidgetConfig<Schema>>;
}

/** A type whose lists and objects cannot be changed, at any depth. */
type NousVizFrozen<Value> = 0 extends 1 & Value
  ? Value
  : Value extends readonly unknown[] | object
    ? { readonly [Key in keyof Value]: NousVizFrozen<Value[Key]> }
    : Value;

/** The type of the values that a schema accepts, after its defaults. */
type WidgetConfig<Schema> = Schema extends { readonly '~standard': { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly output: infer Output }
    ? Output
    : any
  : NousVizJson<Schema>;

/** The type of the values that a JSON Schema accepts; `any` where it does not say. */
type NousVizJson<Schema> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { readonly anyOf: readonly (infer Form)[] } | { readonly oneOf: readonly (infer Form)[] }
      ? NousVizJson<Form>
      : Schema extends { readonly type: readonly (infer Type)[] }
        ? NousVizJsonType<Type, Schema>
        : Schema extends { readonly type: infer Type }
          ? NousVizJsonType<Type, Schema>
          : any;

type NousVizJsonType<Type, Schema> = Type extends 'string'
  ? string
  : Type extends 'number' | 'integer'
    ? number
    : Type extends 'boolean'
      ? boolean
      : Type extends 'null'
        ? null
        : Type extends 'array'
          ? Schema extends { readonly items: infer Item }
            ? readonly NousVizJson<Item>[]
            : readonly any[]
          : Type extends 'object'
            ? Schema extends { readonly properties: infer Properties }
              ? {
                  readonly [Key in NousVizGiven<Properties, Schema>]: NousVizJson<Properties[Key]>;
                } & {
                  readonly [Key in Exclude<keyof Properties, NousVizGiven<Properties, Schema>>]?: NousVizJson<
                    Properties[Key]
                  >;
                }
              : Readonly<Record<string, any>>
            : any;

/** The keys that a mapping has in any case: required ones, and those with a default. */
type NousVizGiven<Properties, Schema> = keyof Properties &
  (
    | (Schema extends { readonly required: readonly (infer Key)[] } ? Key : never)
    | {
        [Key in keyof Properties]: Properties[Key] extends { readonly default: unknown } ? Key : never;
      }[keyof Properties]
  );

/** The host's helpers for one panel, the prop `host`. After trust is revoked, all of them throw `TRUST_REVOKED`. */
interface NousVizHandle extends NousVizWidgets {
  readonly pluginId: string;
  readonly component: string;
  /** Aborts when the panel is removed or trust is revoked. */
  readonly signal: AbortSignal;
  /** The look of the page around the panel, for canvases and charts. */
  readonly theme: {
    /**
     * Calls a listener with the theme, soon and after each change, until the returned function is called.
     * @example useEffect(() => host?.theme.subscribe(setTheme), [host]);
     */
    readonly subscribe: (listener: (theme: NousVizTheme) => void) => () => void;
  };
  /** `true` in a sandboxed frame, where `apiFetch` reaches the plugin's own routes only. */
  readonly sandboxed?: true;
}

/** The look of the page around a widget. */
interface NousVizTheme {
  /** The theme's colours, such as `rgb(1, 2, 3)`; one that the page does not have is absent. */
  readonly colors: {
    readonly [
      Name in
        | 'background'
        | 'foreground'
        | 'border'
        | 'input'
        | 'ring'
        | NousVizSurface
        | `${NousVizSurface}-foreground`
    ]?: string;
  };
  /** Whether the widget is in dark mode. */
  readonly isDark: boolean;
  /** The language of the page, such as `en` or `pt-BR`, or an empty string. */
  readonly language: string;
}

/** A colour of the theme that has a text colour of its own. */
type NousVizSurface = 'card' | 'popover' | 'primary' | 'secondary' | 'muted' | 'accent' | 'destructive';

/** An argument of {@link NousVizWidgets.cn}: a class name, a list of arguments, or a `{name: condition}` object. */
type NousVizClassValue =
  string | number | bigint | boolean | null | undefined | NousVizClassValue[] | Record<string, any>;

/** The host's helpers, `window.NousViz.widgets`. The object is frozen. */
interface NousVizWidgets {
  /**
   * `fetch` with the operator's session. It has the arguments and the result of `fetch`, adds the session token as
   * `X-Session-Token`, and sets `cache: 'no-store'` by default. Requests to other origins do not get the token.
   *
   * It does not reject for HTTP errors: check `response.ok`. It rejects when `fetch` rejects (offline, aborted), and with
   * an error whose `code` is `API_REDIRECTED` if the host redirects a request that cannot be repeated safely, usually
   * because of a trailing slash.
   * @example
   * const response = await apiFetch(`/api/plugins/${pluginId}/items`, { signal });
   * if (!response.ok) throw new Error(`HTTP ${response.status}`);
   */
  readonly apiFetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
  /**
   * Formats a date relative to now, in the largest unit that fits: seconds, minutes, hours, days, months, years.
   * Returns "—" for `null`, `undefined` and invalid dates.
   * @param iso A date in ISO 8601, with or without a time. Without a time zone, it is in UTC.
   * @example formatRelativeTime(ticket.opened_at) // "2 hours ago", "in 5 minutes"
   */
  readonly formatRelativeTime: (iso: string | Date | null | undefined) => string;
  /**
   * Formats a date in UTC to the second, whatever the browser's time zone. Returns "—" for `null`, `undefined` and
   * invalid dates.
   * @param iso A date in ISO 8601, with or without a time. Without a time zone, it is in UTC.
   * @example formatAbsoluteTime('2026-04-25T16:00:00+02:00') // "2026-04-25, 14:00:00 UTC"
   */
  readonly formatAbsoluteTime: (iso: string | Date | null | undefined) => string;
  /**
   * Formats a number with thousands separators and at most two decimals. Returns "—" for `null`, `undefined`, `NaN` and
   * infinite numbers.
   * @example formatNumber(1234567) // "1,234,567"
   */
  readonly formatNumber: (n: number | bigint | null | undefined) => string;
  /**
   * Formats a number of bytes in units of 1024 with at most one decimal. Returns "—" for `null`, `undefined`, `NaN` and
   * infinite numbers.
   * @example formatBytes(1468006) // "1.4 MB"
   */
  readonly formatBytes: (n: number | null | undefined) => string;
  /**
   * Joins class names and ignores falsy values. If two Tailwind utilities conflict, the later one wins.
   * @example cn('p-2 text-foreground', late && 'text-red-600') // "p-2 text-red-600" when late
   */
  readonly cn: (...inputs: NousVizClassValue[]) => string;
}

/** The object that the host publishes as `window.NousViz` before it evaluates any widget. */
interface NousVizGlobal {
  /** The page's one React. `import { useState } from 'react'` imports the same functions. */
  // @ts-ignore: without @types/react this is `any`
  readonly React: typeof import('react');
  /** The module that compiled JSX uses. The build imports it automatically. */
  // @ts-ignore: without @types/react this is `any`
  readonly ReactJSXRuntime: typeof import('react/jsx-runtime');
  /** @example NousViz.ReactDOM.createPortal(<Dialog />, document.body) */
  // @ts-ignore: without @types/react-dom this is `any`
  readonly ReactDOM: typeof import('react-dom');
  /** The page's one react-dom/client, for libraries that render into their own element. */
  // @ts-ignore: without @types/react-dom this is `any`
  readonly ReactDOMClient: typeof import('react-dom/client');
  /** The version of the widget runtime, `"0.1.0"`. */
  readonly version: string;
  /** The host's helpers. */
  readonly widgets: NousVizWidgets;
}

/** The host's global, which is also `window.NousViz`. */
declare var NousViz: NousVizGlobal;
