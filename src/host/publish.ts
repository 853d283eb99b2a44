import * as ReactNamespace from 'react';
import * as ReactDOMNamespace from 'react-dom';
import * as ReactDOMClientNamespace from 'react-dom/client';
import * as ReactJSXRuntimeNamespace from 'react/jsx-runtime';
import { createHostError } from '../contract/index.ts';
import type { Widgets } from '../helpers/index.ts';

declare const __VERSION__: string;

const GLOBAL = 'NousViz';

/** The version of this library, as in its package.json. */
export const version = __VERSION__;

/** The value of `window.NousViz` (CONTRACT G1). */
export interface NousVizGlobal {
  readonly React: typeof import('react');
  readonly ReactJSXRuntime: typeof import('react/jsx-runtime');
  readonly ReactDOM: typeof import('react-dom');
  readonly ReactDOMClient: typeof import('react-dom/client');
  readonly widgets: Widgets;
  /** The version of the library that published it. */
  readonly version: string;
}

// For a CommonJS module, some bundlers export `default`, some the members, and some both.
const frozenModule = <Module extends object>(namespace: Module): Module => {
  const { default: whole } = namespace as { default?: Module };
  return Object.freeze({ ...(whole ?? namespace) });
};

/** Returns the value of `window.NousViz`. Only an own property counts: an element with id="NousViz" is not one (CONTRACT G3). */
export const published = (): unknown =>
  Object.hasOwn(globalThis, GLOBAL) ? Reflect.get(globalThis, GLOBAL) : undefined;

/**
 * Publishes `window.NousViz` (CONTRACT G).
 *
 * @param lock Whether it is permanent.
 * @returns A function that removes it, unless it is locked.
 * @throws {WidgetError} `HOST_ALREADY_PUBLISHED` if another copy of the library, or another script, has published it.
 */
export function publish(widgets: Widgets, lock: boolean): () => void {
  if (Object.hasOwn(globalThis, GLOBAL)) {
    const other = published() as { version?: unknown } | null | undefined;
    const found = typeof other?.version === 'string' ? other.version : 'unknown';
    const met = `another copy of the library, of version ${found}; this copy has version ${version}`;
    throw createHostError('HOST_ALREADY_PUBLISHED', { met });
  }
  const value: NousVizGlobal = Object.freeze({
    React: frozenModule(ReactNamespace),
    ReactJSXRuntime: frozenModule(ReactJSXRuntimeNamespace),
    ReactDOM: frozenModule(ReactDOMNamespace),
    ReactDOMClient: frozenModule(ReactDOMClientNamespace),
    widgets,
    version,
  });
  Object.defineProperty(globalThis, GLOBAL, { value, enumerable: true, configurable: !lock });
  return () => {
    if (!lock && published() === value) Reflect.deleteProperty(globalThis, GLOBAL);
  };
}
