import type { Code, ListedComponent, Plugin } from '../../contract/index.ts';
import type { Explanation } from '../../diagnosis/index.ts';
import { requestWithoutSecrets, tokensOf, withoutSecrets } from '../../diagnosis/report.ts';
import { crashesOf, type ActivityEntry, type HostInternals } from '../../host/index.ts';
import { commitsOf } from '../../react/index.ts';
import { stoppedState } from '../stopped-state.ts';
import { spansOf, type Span } from './spans.ts';

/** A panel of the page. */
export interface PanelRef {
  readonly element: HTMLElement;
  /** Unique among the panels of the page. */
  readonly key: string;
  readonly pluginId: string;
  readonly component: string;
  readonly status: string;
}

/** The decision about the code of a panel. `host` is code of the app itself. */
export type TrustState =
  | 'trusted'
  | 'sandboxed'
  | 'changed'
  | 'kept'
  | 'waiting'
  | 'declined'
  | 'revoked'
  | 'off'
  | 'host'
  | 'unknown';

/** A request, an uncaught error or a failure of a widget. */
export interface PanelEvent extends Pick<ActivityEntry, 'kind' | 'at' | 'text' | 'code'> {
  /** Whether it is known to be of this component; otherwise it is of its plugin. */
  readonly isOwn: boolean;
}

/** What is known about one panel, as plain data without secrets. */
export interface WidgetFacts {
  readonly pluginId: string;
  readonly component: string;
  /** The panel's status: `loading`, `ready`, `refused`, `failed`, `parked` or `unknown`. */
  readonly status: string;
  /** The code of the card. */
  readonly code?: string | undefined;
  readonly trust: TrustState;
  /** The version of the plugin that runs, or would run. */
  readonly version?: string | undefined;
  /** The version that waits for a decision, while accepted bytes run. */
  readonly waitingVersion?: string | undefined;
  readonly file?: string | undefined;
  /** The SHA-256 of the bytes that run or would run. */
  readonly hash?: string | undefined;
  /** The bytes of the file, unpacked. */
  readonly size?: number | undefined;
  readonly spans: readonly Span[];
  /** The newest first. */
  readonly events: readonly PanelEvent[];
  /** React's commits of the widget; absent for a panel without a widget. */
  readonly renders?: number | undefined;
  /** The crashes of the component since the page was opened, as far as the activity list goes back. */
  readonly crashes: number;
  /** Those that count towards parking it, and how many park it. */
  readonly counting: number;
  readonly budget: number;
  readonly steps: Explanation['steps'];
}

/** Finds the panels of the page, in the order of the document. */
export function findPanels(root: ParentNode = document): PanelRef[] {
  const counts = new Map<string, number>();
  return [...root.querySelectorAll<HTMLElement>('[data-panel]')].map((element) => {
    const { panel = '', status = '' } = element.dataset;
    const count = (counts.get(panel) ?? 0) + 1;
    counts.set(panel, count);
    const end = panel.lastIndexOf('/');
    return {
      element,
      key: count === 1 ? panel : `${panel} ${count}`,
      pluginId: panel.slice(0, end),
      component: panel.slice(end + 1),
      status,
    };
  });
}

const CRASHES: ReadonlySet<unknown> = new Set<Code>(['WIDGET_CRASHED', 'RENDER_LOOP', 'SUSPENDS_FOREVER']);

/** Names the decision about a component's code. */
export function trustOf(
  plugin: Plugin | undefined,
  declared: ListedComponent | undefined,
  isOff: boolean,
): TrustState {
  if (!plugin) return 'unknown';
  if (isOff) return 'off';
  if (!plugin.trusted && !plugin.sandboxed) return stoppedState(plugin);
  if (declared?.changed) return plugin.declined ? 'kept' : 'changed';
  return plugin.sandboxed ? 'sandboxed' : 'trusted';
}

function eventsOf(
  activity: readonly ActivityEntry[],
  { pluginId, component }: PanelRef,
  filename: string | undefined,
  known: readonly string[],
): PanelEvent[] {
  return activity
    .filter((entry) => entry.pluginId === pluginId)
    .filter((entry) =>
      entry.component ? entry.component === component : !entry.file || entry.file === filename,
    )
    .map(({ kind, at, text, code, component: own, file }): PanelEvent => ({
      kind,
      at,
      code,
      text: kind === 'request' ? requestWithoutSecrets(text, known) : withoutSecrets(text, known),
      isOwn: Boolean(own ?? file),
    }))
    .toReversed();
}

/** The explanation without secrets. The last step of a widget that crashed in this panel is its error. */
function stepsOf(
  steps: Explanation['steps'],
  status: string,
  events: readonly PanelEvent[],
  known: readonly string[],
): Explanation['steps'] {
  const clean = steps.map((step) => ({
    ...step,
    fact: withoutSecrets(step.fact, known),
    ...(step.remedy && { remedy: withoutSecrets(step.remedy, known) }),
  }));
  const crash = events.find(({ code }) => CRASHES.has(code));
  const hasCrashed = status === 'failed' && crash && clean.every(({ ok }) => ok !== false);
  return hasCrashed
    ? clean.map((step) => (step.step === 'crashes' ? { ...step, ok: false, fact: crash.text } : step))
    : clean;
}

/** The explanation of a panel that the app renders itself. */
const stepsOfHost = (component: string): Explanation['steps'] => [
  { step: 'name', ok: true, fact: `"${component}" is a panel of this app. It belongs to no plugin.` },
];

/** The version that runs, and the one that waits. */
export function versionsOf(
  plugin: (Pick<Plugin, 'version'> & { accepted_version?: string }) | undefined,
  declared: Pick<ListedComponent, 'changed' | 'consented'> | undefined,
): Pick<WidgetFacts, 'version' | 'waitingVersion'> {
  const version = plugin?.version || undefined;
  const hasWaiting = declared?.changed && declared.consented;
  return hasWaiting ? { version: plugin?.accepted_version, waitingVersion: version } : { version };
}

/**
 * Collects what the page knows about a panel.
 *
 * @param known The secrets that are left out.
 */
export async function factsOf(
  page: HostInternals,
  panel: PanelRef,
  known: readonly string[] = [],
): Promise<WidgetFacts> {
  const { host, registry, plugins, crashBudget, apiBase } = page;
  const { pluginId, component, element, status } = panel;
  const { steps } = await host.explain(pluginId, component);
  const { slot } = registry.inspect(pluginId, component);
  const isOfHost =
    (slot.status.status === 'ready' && !slot.admission) ||
    // A panel that the app renders has no component.
    (slot.status.status === 'unknown' && status !== 'unknown');
  const plugin = plugins.getSnapshot().plugins.find(({ id }) => id === pluginId);
  const declared = plugin?.components.find(({ name }) => name === component);
  const { disablePlugins: off } = host;
  const isOff = off === true || (off !== false && off.includes(pluginId));
  const spans = isOfHost ? [] : spansOf({ apiBase, pluginId, component, filename: declared?.filename });
  const events = eventsOf(host.activity.getSnapshot(), panel, declared?.filename, known);
  const bytes = declared?.changed ? declared.consented : declared;
  return {
    pluginId,
    component,
    status,
    code: element.querySelector<HTMLElement>('[data-code]')?.dataset.code,
    trust: isOfHost ? 'host' : trustOf(plugin, declared, isOff),
    ...(isOfHost ? {} : versionsOf(plugin, declared)),
    file: declared?.path,
    hash: slot.admission?.version ?? bytes?.sha256,
    size: bytes?.size ?? spans.find(({ what }) => what === 'bundle')?.size,
    spans,
    events,
    renders: commitsOf(element),
    crashes: events.filter(({ code }) => CRASHES.has(code)).length,
    counting: crashesOf(slot, crashBudget),
    budget: crashBudget.crashes,
    steps: isOfHost ? stepsOfHost(component) : stepsOf(steps, status, events, known),
  };
}

/** Collects what the page knows about all its panels, in the order of the document. */
export async function inspect(page: HostInternals): Promise<WidgetFacts[]> {
  const known = await tokensOf(page);
  return Promise.all(findPanels().map((panel) => factsOf(page, panel, known)));
}
