import { useEffect, useRef, useState, version, type CSSProperties, type ReactNode } from 'react';
import { sandboxPageUrl, sandboxScriptUrl, type SandboxReact, type WidgetError } from '../contract/index.ts';
import {
  loadDiagnosis,
  type CustomWidgetProps,
  type Sandbox,
  type Sandboxed,
  type SandboxPage,
} from '../host/index.ts';
import { Skeleton, Waiting } from '../react/index.ts';
import { openFrame, type Frame } from './frame.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { errorOfFailure, isPowerRefused } from './failure-error.ts';
import { createScriptReader } from './read-script.ts';
import { recordRefused } from './refused.ts';
import { createThemeSource, type ThemeSource } from './theme.ts';
import { createTurns, type TakeTurn } from './turns.ts';
import { useNear } from './use-near.ts';

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

interface Shared {
  options: SandboxOptions;
  limits: Limits;
  theme: ThemeSource;
  takeTurn: TakeTurn;
  readScript: ReturnType<typeof createScriptReader>;
}

const REACT: SandboxReact = version.startsWith('18.') ? 18 : 19;

const faint = 'color-mix(in srgb, currentColor 22%, transparent)';
const box: CSSProperties = {
  display: 'flex',
  flexDirection: 'column',
  height: '100%',
  boxSizing: 'border-box',
  minWidth: 0,
  border: `1px dashed ${faint}`,
  borderRadius: 8,
  overflow: 'hidden',
};
const badge: CSSProperties = {
  flex: 'none',
  padding: '0.125rem 0.5rem',
  borderBottom: `1px dashed ${faint}`,
  fontSize: '0.75rem',
  lineHeight: 1.5,
  opacity: 0.8,
  // A long name of a plugin would hide the panel below it.
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
};
const refusals: CSSProperties = {
  ...badge,
  borderBottom: 0,
  borderTop: badge.borderBottom,
  whiteSpace: 'normal',
};
const slot: CSSProperties = { flex: '1 0 auto', position: 'relative', minWidth: 0 };
/** The number of frames that start at the same time. */
const STARTING = 8;
/** The longest time that others wait for a frame that starts, in milliseconds. */
const LONGEST_START = 1000;
/** The largest number of refused requests that is shown. */
const MAX_COUNT = 999;
/** The height of a frame before its widget reports one, in pixels. */
const FIRST_HEIGHT = 64;

const counted = (requests: number) => (requests === 1 ? 'a request' : `${requests} requests`);

function urlOf(pluginId: string, { apiBase }: SandboxPage, { sandboxOrigin }: SandboxOptions): string {
  const base = new URL(apiBase, location.href);
  const origin = sandboxOrigin?.(pluginId) ?? base.origin;
  return new URL(base.pathname.replace(/\/$/, '') + sandboxPageUrl(pluginId, REACT), origin).href;
}

interface FramedProps extends CustomWidgetProps {
  sandboxed: Sandboxed;
  attempt: number;
  page: SandboxPage;
  shared: Shared;
}

/** Shows a sandboxed plugin's component in a frame. Throws the error of a failure, for the panel's boundary. */
function Framed({ sandboxed, attempt, page, shared, host, dashboardName, config }: FramedProps) {
  const { pluginId, component, version: hash } = sandboxed;
  const element = useRef<HTMLDivElement>(null);
  const frame = useRef<Frame>(undefined);
  const latest = useRef({ dashboardName, config });
  const [openings, setOpenings] = useState(0);
  const [isBegun, setBegun] = useState(false);
  const [isRendered, setRendered] = useState(false);
  const [height, setHeight] = useState(FIRST_HEIGHT);
  const [error, setError] = useState<WidgetError>();
  const [notice, setNotice] = useState<ReactNode>();
  const [refused, setRefused] = useState(0);
  const isNear = useNear(element, () => frame.current?.element === document.activeElement);
  const plugin = page.plugins.getSnapshot().plugins.find(({ id }) => id === pluginId);
  const name = plugin?.display_name ?? pluginId;

  useEffect(() => {
    if (!isNear || !host) return undefined;
    const { options, limits, theme, readScript } = shared;
    const { loadTimeout, audience, apiBase } = page;
    const { name: componentName, path, filename } = component;
    let isOpen = true;
    function fail(made: WidgetError) {
      endTurn();
      if (!isOpen) return;
      sandboxed.failed = made;
      setError(made);
    }
    async function note(made: WidgetError) {
      page.report(made);
      if (!isOpen || !isPowerRefused(made)) return;
      sandboxed.failed = made;
      // Without it, the console has the line.
      const { Notice } = await loadDiagnosis().catch(() => ({ Notice: undefined }));
      if (isOpen && Notice) setNotice(<Notice error={made} />);
    }
    let endTurn = () => {};
    const scriptUrl = apiBase + sandboxScriptUrl(REACT);
    // The page of the frame and its script load before its turn.
    void readScript(scriptUrl);
    const takeTurn = () =>
      new Promise<void>((resolve) => {
        endTurn = shared.takeTurn(() => {
          resolve();
          setBegun(true);
        });
      });
    const opened = openFrame(element.current!, {
      url: urlOf(pluginId, page, options),
      title: `${componentName} of ${name}, sandboxed`,
      takeTurn,
      readScript: () => readScript(scriptUrl),
      component: { pluginId, name: componentName, path, filename, hash, attempt, audience },
      props: latest.current,
      apiBase,
      apiFetch: host.apiFetch,
      theme,
      limits,
      startTimeout: options.startTimeout ?? loadTimeout,
      missedBeats: options.hangTimeout ?? 5,
      onRendered() {
        endTurn();
        sandboxed.failed = undefined;
        setRendered(true);
      },
      onHeight: setHeight,
      onFailed: (failure) => void errorOfFailure(sandboxed, failure, page.apiBase).then(fail),
      onNoted: (failure) => void errorOfFailure(sandboxed, failure, page.apiBase).then(note),
      onRefused(requests) {
        recordRefused(sandboxed, requests, page.onEntry);
        // Libraries try whether they may run code from strings, and do without it.
        const sent = requests.filter(({ directive }) => directive !== 'code');
        setRefused((count) => sent.reduce((sum, one) => sum + one.count, count));
      },
      onStopped: fail,
      onMoved: () => setOpenings((count) => count + 1),
    });
    frame.current = opened;
    return () => {
      isOpen = false;
      endTurn();
      opened.end();
      frame.current = undefined;
      setBegun(false);
      setRendered(false);
      setNotice(undefined);
      setRefused(0);
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the name is for the title only
  }, [isNear, openings, sandboxed, attempt, page, shared, host]);

  useEffect(() => {
    latest.current = { dashboardName, config };
    frame.current?.update(latest.current);
  }, [dashboardName, config]);

  if (error) throw error;
  const owner = { pluginId, component: component.name };
  return (
    <div style={box} data-sandboxed={pluginId}>
      {/* The plugin chooses its name, and its id is unique. */}
      <div style={badge}>
        Sandboxed · {pluginId}
        {name !== pluginId && <bdi> ({name})</bdi>}
      </div>
      {isNear && !isBegun && <Skeleton label={component.name} />}
      {isBegun && !isRendered && (
        <Waiting
          internals={page}
          owner={owner}
          status={{ status: 'loading', owner }}
          onRetry={() => setOpenings(openings + 1)}
        />
      )}
      <div
        ref={element}
        style={{ ...slot, minHeight: Math.max(height, 1), ...(!isRendered && isNear && hidden) }}
      />
      {notice}
      {refused > 0 && !notice && (
        <div style={refusals}>
          The sandbox refused {refused > MAX_COUNT ? `over ${MAX_COUNT} requests` : counted(refused)} of this
          widget.
        </div>
      )}
    </div>
  );
}

/** Below the skeleton until the widget has rendered: a frame without a layout would not measure it. */
const hidden: CSSProperties = { opacity: 0 };

/**
 * Makes the option `sandbox` of `createHost`: sandboxed plugins run in frames, without access to the page, the operator's session or
 * the network, except for their own routes (CONTRACT X).
 *
 * @example createHost({ sandbox: sandbox() })
 */
export function sandbox(options: SandboxOptions = {}): Sandbox {
  const shared: Shared = {
    options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    theme: createThemeSource(),
    takeTurn: createTurns(STARTING, LONGEST_START),
    readScript: createScriptReader(),
  };
  return (sandboxed, attempt, page) => {
    const Widget = (props: CustomWidgetProps) => (
      <Framed {...props} sandboxed={sandboxed} attempt={attempt} page={page} shared={shared} />
    );
    return Widget;
  };
}
