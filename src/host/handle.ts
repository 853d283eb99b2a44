import type { Host } from './host.ts';
import type { Widgets } from '../helpers/helpers.ts';
import type { Owner } from './registry.ts';

/** The host's helpers for one panel of a plugin, the prop `host` (CONTRACT D2, T3). */
export interface PluginHandle extends Widgets {
  readonly pluginId: string;
  readonly component: string;
  /** Fires when the panel goes, or trust does: then requests of this handle end. */
  readonly signal: AbortSignal;
}

/** A handle, and what lets it live as long as its panel. */
export interface HeldHandle {
  handle: PluginHandle;
  /** Begins; what it gives ends. A panel that React shows again may begin again. */
  hold(): () => void;
}

/**
 * Makes the handle of one panel. Its requests end with the panel and with trust; after trust is revoked everything on it
 * throws.
 *
 * @param revoked Fires, with a `TRUST_REVOKED`, when the operator takes trust back.
 */
export function createHandle(host: Host, owner: Owner, revoked: AbortSignal): HeldHandle {
  // Made when somebody asks for it: most widgets never do, and a dashboard may have a hundred.
  let panel: AbortController | undefined;
  let signal: AbortSignal | undefined;
  let isOver = false;
  function signalOf(): AbortSignal {
    if (signal) return signal;
    panel = new AbortController();
    if (isOver) panel.abort();
    signal = AbortSignal.any([panel.signal, revoked]);
    return signal;
  }

  const guarded =
    <Arguments extends unknown[], Result>(helper: (...given: Arguments) => Result) =>
    (...given: Arguments): Result => {
      if (revoked.aborted) throw revoked.reason;
      return helper(...given);
    };
  const helpers = Object.fromEntries(
    Object.entries(host.widgets).map(([name, helper]) => [name, guarded(helper)]),
  ) as unknown as Widgets;

  const handle = Object.freeze({
    ...helpers,
    // Async, so that a revoked handle rejects as every other failing request does.
    apiFetch: async (input: string | URL | Request, init?: RequestInit) =>
      guarded(host.request)({ ...owner, signal: signalOf() }, input, init),
    ...owner,
    get signal() {
      return signalOf();
    },
  });
  return {
    handle,
    hold() {
      if (isOver) signal = undefined;
      isOver = false;
      return () => {
        isOver = true;
        panel?.abort();
      };
    },
  };
}
