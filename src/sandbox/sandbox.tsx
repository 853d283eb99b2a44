import { version } from 'react';
import { sandboxPageUrl, sandboxScriptUrl, type SandboxReact } from '../contract/index.ts';
import type { Sandbox, SandboxedWidgetProps } from '../host/index.ts';
import { createBatch } from './batch.ts';
import { Framed, type Frames } from './framed.tsx';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { createScriptReader } from './read-script.ts';
import { createThemeSource } from './theme.ts';
import { createTurns } from './turns.ts';

/** The options of {@link sandbox}; each has a default. */
export interface SandboxOptions {
  /**
   * The origin of a plugin's frames, with a server that serves the host API there too. With an origin for each plugin, browsers
   * can run plugins in processes of their own, so that one that hangs does not stop the others.
   * @default the host API's own origin
   */
  sandboxOrigin?: (pluginId: string) => string;
  /** The limits of each frame. @default those of {@link Limits} */
  limits?: Partial<Limits>;
  /** The time after which a frame that has not started is reported, in milliseconds. @default the host's `loadTimeout` */
  startTimeout?: number;
  /** The time after which a frame that does not answer is stopped, in seconds. @default 5 */
  hangTimeout?: number;
}

const REACT: SandboxReact = version.startsWith('18.') ? 18 : 19;

/** The number of frames that start at the same time. */
const STARTING = 50;
/** The longest time that others wait for a frame that starts, in milliseconds. */
const LONGEST_START = 1000;
/** The number of changes of the page's layout that frames make at once: a small dashboard has as many. */
const FEW_CHANGES = 8;
/** The time between their further changes, in milliseconds. */
const LAYOUT_PAUSE = 100;
/** The longest time that a widget which has started waits for others, to appear together with them, in milliseconds. */
const LONGEST_WAIT = 500;

function urlOf(pluginId: string, apiBase: string, { sandboxOrigin }: SandboxOptions): string {
  const base = new URL(apiBase, location.href);
  const origin = sandboxOrigin?.(pluginId) ?? base.origin;
  return new URL(base.pathname.replace(/\/$/, '') + sandboxPageUrl(pluginId, REACT), origin).href;
}

/**
 * Makes the option `sandbox` of `createHost`: sandboxed plugins run in frames, without access to the page, the operator's session or
 * the network, except for their own routes (CONTRACT X).
 *
 * @example createHost({ sandbox: sandbox() })
 */
export function sandbox(options: SandboxOptions = {}): Sandbox {
  const frames: Frames = {
    urlOf: (pluginId, apiBase) => urlOf(pluginId, apiBase, options),
    scriptUrl: sandboxScriptUrl(REACT),
    startTimeout: options.startTimeout,
    missedBeats: options.hangTimeout ?? 5,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    theme: createThemeSource(),
    takeTurn: createTurns(STARTING, LONGEST_START),
    changes: createBatch(FEW_CHANGES, LAYOUT_PAUSE, LONGEST_WAIT),
    readScript: createScriptReader(),
  };
  return (sandboxed, attempt, page) => {
    const Widget = (props: SandboxedWidgetProps) => (
      <Framed {...props} sandboxed={sandboxed} attempt={attempt} page={page} frames={frames} />
    );
    return Widget;
  };
}
