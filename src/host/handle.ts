import type { Widgets } from '../helpers/index.ts';
import { panelLeft, type Activity } from './activity.ts';
import type { Owner } from './owner.ts';
import type { Theme } from './theme.ts';

/** The host's helpers for one panel of a plugin, which its widget receives as the prop `host` (CONTRACT D2, T3). */
export interface PluginHandle extends Widgets {
  readonly pluginId: string;
  readonly component: string;
  /** Fires when the panel is removed or trust is revoked; the requests of this handle then end. */
  readonly signal: AbortSignal;
  /** The look of the page around the panel. */
  readonly theme: {
    /** Calls a listener with the theme, soon and after each change. @returns A function that ends it. */
    subscribe(listener: (theme: Theme) => void): () => void;
  };
  /** `true` in a sandboxed frame, where requests reach the plugin's own routes only (CONTRACT X); absent in the page. */
  readonly sandboxed?: true;
}

/** A handle that lives as long as its panel. */
export interface HeldHandle {
  /** Made when it is read for the first time. */
  readonly handle: PluginHandle;
  /** Starts the handle. @returns A function that ends it; the handle can be started again. */
  hold(): () => void;
}

/**
 * Makes the handle of one panel. Its requests end when the panel is removed or trust is revoked. After trust is revoked all its
 * helpers throw.
 *
 * @param helpers The host's helpers.
 * @param request Makes a request on a plugin's behalf.
 * @param revoked Fires when the operator revokes trust; its reason is a `TRUST_REVOKED` error.
 */
export function createHandle(
  helpers: Widgets,
  request: Activity['request'],
  owner: Owner,
  revoked: AbortSignal,
): HeldHandle {
  // All is made at the first use, since most widgets never use it and a dashboard may have a hundred widgets.
  let panel: AbortController | undefined;
  let signal: AbortSignal | undefined;
  let hasEnded = false;
  function signalOf(): AbortSignal {
    if (!signal) {
      panel = new AbortController();
      if (hasEnded) panel.abort(panelLeft());
      // The first of them that has fired gives the reason.
      signal = AbortSignal.any([revoked, panel.signal]);
    }
    return signal;
  }

  const guarded =
    <Arguments extends unknown[], Result>(helper: (...given: Arguments) => Result) =>
    (...given: Arguments): Result => {
      revoked.throwIfAborted();
      return helper(...given);
    };
  function make(): PluginHandle {
    const guardedHelpers = Object.fromEntries(
      Object.entries(helpers).map(([name, helper]) => [name, guarded(helper)]),
    ) as unknown as Widgets;
    return Object.freeze({
      ...guardedHelpers,
      // Async, so that a request of a revoked handle rejects like any other failed request.
      apiFetch: async (input: string | URL | Request, init?: RequestInit) =>
        guarded(request)({ ...owner, signal: signalOf() }, input, init),
      theme: {
        subscribe(listener: (theme: Theme) => void) {
          const following = import('./theme.ts').then((module) =>
            module.followTheme(owner, listener, signalOf()),
          );
          return () => void following.then((end) => end());
        },
      },
      ...owner,
      get signal() {
        return signalOf();
      },
    });
  }

  let handle: PluginHandle | undefined;
  return {
    get handle() {
      handle ??= make();
      return handle;
    },
    hold() {
      if (hasEnded) signal = undefined;
      hasEnded = false;
      return () => {
        hasEnded = true;
        panel?.abort(panelLeft());
      };
    },
  };
}
