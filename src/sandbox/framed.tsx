import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { messageOf, type Failure, type WidgetError } from '../contract/index.ts';
import {
  clock,
  loadDiagnosis,
  type Sandboxed,
  type SandboxedWidgetProps,
  type SandboxPage,
} from '../host/index.ts';
import { FailureCard, Skeleton } from '../react/index.ts';
import type { Batch } from './batch.ts';
import { errorOfFailure, isPowerRefused } from './failure-error.ts';
import { openFrame, type Frame } from './frame.ts';
import { badge, box, hidden, refusals, slot } from './framed-styles.ts';
import type { Limits } from './limits.ts';
import { createSandboxError } from './messages.ts';
import { FIRST_HEIGHT } from './protocol.ts';
import type { createScriptReader } from './read-script.ts';
import { recordRefused } from './refused.ts';
import type { ThemeSource } from './theme.ts';
import type { TakeTurn } from './turns.ts';
import { useWhileNear } from './use-while-near.ts';

/** What the frames of a page share. */
export interface Frames {
  /** Returns the URL of the page of a plugin's frames. */
  urlOf(pluginId: string, apiBase: string): string;
  /** The URL of the frames' script, relative to the host API. */
  scriptUrl: string;
  limits: Limits;
  /** In milliseconds. @default the host's `loadTimeout` */
  startTimeout: number | undefined;
  /** The number of pings without an answer, one in a second, after which a frame is stopped. */
  missedBeats: number;
  theme: ThemeSource;
  takeTurn: TakeTurn;
  /** Changes the sizes of frames, and shows them. */
  changes: Batch;
  readScript: ReturnType<typeof createScriptReader>;
}

/** The largest number of refused requests that is shown. */
const MAX_COUNT = 999;

const counted = (requests: number) => (requests === 1 ? 'a request' : `${requests} requests`);

/** The parts of a frame's look that its widget decides. */
interface Look {
  isRendered: boolean;
  /** In pixels. */
  height: number;
}

interface FramedProps extends SandboxedWidgetProps {
  sandboxed: Sandboxed;
  attempt: number;
  page: SandboxPage;
  frames: Frames;
}

/** Shows a sandboxed plugin's component in a frame. */
export function Framed(props: FramedProps) {
  const { sandboxed, attempt, page, frames, dashboardName, config } = props;

  const { pluginId, component, version: hash } = sandboxed;
  const element = useRef<HTMLDivElement>(null);
  const frame = useRef<Frame>(undefined);
  const latest = useRef({ dashboardName, config });
  const events = useRef(props);
  const [openings, setOpenings] = useState(0);
  const [late, setLate] = useState<Failure>();
  const [{ isRendered, height }, setLook] = useState<Look>({ isRendered: false, height: FIRST_HEIGHT });
  const [notice, setNotice] = useState<ReactNode>();
  const [refused, setRefused] = useState(0);
  const plugin = page.plugins.getSnapshot().plugins.find(({ id }) => id === pluginId);
  const name = plugin?.display_name ?? pluginId;

  // It renders once, when the widget is there: a page may have many frames, and each render is a layout and a paint of the page.
  const open = useCallback(() => {
    const { limits, theme, readScript } = frames;
    const { loadTimeout, audience, apiBase } = page;
    const { name: componentName, path, filename } = component;
    const { signal } = sandboxed;
    if (signal.aborted) return () => () => {};
    let isOpen = true;
    const arrive = frames.changes.expect();
    function fail(made: WidgetError) {
      endTurn();
      arrive();
      if (!isOpen) return;
      sandboxed.failed = made;
      events.current.onCrash(made);
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
    let changes: Partial<Look> = {};
    let drop = () => {};
    function change(part: Partial<Look>) {
      changes = { ...changes, ...part };
      drop();
      drop = frames.changes.apply(() => {
        const made = changes;
        changes = {};
        setLook((last) => ({ ...last, ...made }));
        if (made.isRendered) setLate(undefined);
      });
    }
    let began = 0;
    let lateness: ReturnType<typeof setTimeout> | undefined;
    /** Counts the time of the start, without the wait for a turn (CONTRACT F9). */
    function expectSoon() {
      began = clock();
      const date = new Date();
      lateness = setTimeout(() => {
        const details = { pluginId, component: componentName, since: date.toLocaleTimeString() };
        setLate({ code: 'LOAD_TIMEOUT', details });
      }, loadTimeout);
    }
    const scriptUrl = apiBase + frames.scriptUrl;
    // The page of the frame and its script load before its turn.
    void readScript(scriptUrl);
    const takeTurn = () =>
      new Promise<void>((resolve) => {
        endTurn = frames.takeTurn(() => {
          resolve();
          expectSoon();
        });
      });
    const openNow = () =>
      openFrame(element.current!, {
        url: frames.urlOf(pluginId, apiBase),
        title: `${componentName} of ${name}, sandboxed`,
        takeTurn,
        readScript: () => readScript(scriptUrl),
        component: { pluginId, name: componentName, path, filename, hash, attempt, audience },
        props: latest.current,
        apiBase,
        apiFetch: (...call) => page.request({ pluginId, component: componentName, signal }, ...call),
        theme,
        limits,
        startTimeout: frames.startTimeout ?? loadTimeout,
        missedBeats: frames.missedBeats,
        onRendered(next) {
          clearTimeout(lateness);
          endTurn();
          sandboxed.failed = undefined;
          events.current.onRender(began);
          // In this task: when many frames start, React's own would come after the messages of all of them.
          flushSync(() => {
            change({ isRendered: true, ...(next !== undefined && { height: next }) });
            arrive();
          });
        },
        onHeight: (next) => change({ height: next }),
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
    let opened: Frame | undefined;
    try {
      opened = openNow();
    } catch (cause) {
      // A function of the app or of another script has thrown. The other frames open.
      const details = {
        pluginId,
        component: componentName,
        file: path,
        hash,
        cause,
        message: messageOf(cause),
      };
      fail(createSandboxError('FRAME_NOT_OPENED', details));
    }
    frame.current = opened;
    function end() {
      isOpen = false;
      signal.removeEventListener('abort', end);
      clearTimeout(lateness);
      drop();
      opened?.end();
    }
    // React would not remove it while it hides it (CONTRACT T3).
    signal.addEventListener('abort', end);
    return () => {
      end();
      frame.current = undefined;
      return () => {
        // Shows the other frames, perhaps: that sets their state.
        endTurn();
        arrive();
        setLate(undefined);
        setLook(({ height: last }) => ({ isRendered: false, height: last }));
        setNotice(undefined);
        setRefused(0);
      };
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- another opening opens it again; the name is for the title only
  }, [openings, sandboxed, attempt, page, frames]);
  useWhileNear(element, () => frame.current?.element === document.activeElement, open);

  useEffect(() => void (events.current = props));
  useEffect(() => {
    latest.current = { dashboardName, config };
    frame.current?.update(latest.current);
  }, [dashboardName, config]);

  const { areWidgetsHidden } = page;
  const isPageHidden = useSyncExternalStore(areWidgetsHidden.subscribe, areWidgetsHidden.getSnapshot);
  return (
    <div style={isPageHidden ? { ...box, ...hidden } : box} data-sandboxed={pluginId}>
      {/* The plugin chooses its name, and its id is unique. */}
      <div style={badge}>
        Sandboxed · {pluginId}
        {name !== pluginId && <bdi> ({name})</bdi>}
      </div>
      {late && (
        <FailureCard internals={page} failure={late} onRetry={() => setOpenings((count) => count + 1)} />
      )}
      <div ref={element} style={{ ...slot, minHeight: Math.max(height, 1), ...(!isRendered && hidden) }}>
        {!isRendered && !late && <Skeleton label={component.name} />}
      </div>
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
