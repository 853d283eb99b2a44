import {
  isWidgetError,
  refusedText,
  type ListedComponent,
  type Plugin,
  type RefusedPlugin,
  type RefusedRequests,
  type WidgetError,
} from '../contract/index.ts';

/** One step on the way from the list of plugins to the panel. */
export interface Step {
  step:
    | 'declared'
    | 'on disk'
    | 'trusted'
    | 'bytes'
    | 'imported'
    | 'export'
    | 'name'
    | 'mounted'
    | 'crashes'
    /** For a sandboxed component only. */
    | 'requests';
  /** `false` for a step that failed; `undefined` if the result is unknown or an earlier step failed. */
  ok: boolean | undefined;
  fact: string;
  /** The remedy for a failed step. */
  remedy?: string | undefined;
}

/** An explanation of what a panel shows. */
export interface Explanation {
  pluginId: string;
  name: string;
  /** In the order in which the host decides them. */
  steps: readonly Step[];
  /** The first step that failed. */
  stopped?: Step | undefined;
  /** The whole explanation as lines of text. */
  text: string;
}

type Result = Pick<Step, 'ok' | 'fact' | 'remedy'>;

const yes = (fact: string): Result => ({ ok: true, fact });
const no = (fact: string, remedy: string): Result => ({ ok: false, fact, remedy });
const unknown = (fact: string): Result => ({ ok: undefined, fact });

/** The result of a step that failed with an error. */
const failedWith = ({ fact, fix, copy, code }: WidgetError): Result =>
  no(`${fact} [${code}]`, fix.endsWith(':') ? `${fix} ${copy}` : fix);

const short = (hash: string) => `${hash.slice(0, 12)}…`;

/** The host's facts about one panel: data, and one function of the trust gate. */
export interface PanelFacts {
  pluginId: string;
  /** The component's name as the dashboard spells it. */
  name: string;
  list: {
    status: 'loading' | 'ready' | 'failed';
    plugins: readonly Plugin[];
    refused: readonly RefusedPlugin[];
    error?: WidgetError;
  };
  /** The trusted plugins, by id. */
  grants: ReadonlyMap<string, unknown>;
  slot: {
    status: {
      status: string;
      error?: WidgetError;
      /** The failure of an update whose earlier version runs. */
      update?: WidgetError | undefined;
      candidates?: readonly string[];
      /** Absent for a component of the host's own. */
      signal?: AbortSignal;
    };
    admission?: {
      pluginId: string;
      component: ListedComponent;
      reason?: string | undefined;
      isSandboxed?: boolean | undefined;
      /** The last failure of a frame of the component, while no later one has rendered. */
      failed?: WidgetError | undefined;
      /** What the frames of the component have refused. */
      refused?: readonly RefusedRequests[];
    };
    /** The number of times the bundle was imported. */
    attempts?: number;
  };
  /** The number of panels on the page that show it. */
  watchers: number;
  /** The number of crashes that count towards its budget. */
  crashes: number;
  /** Returns the hash of the bytes that run. */
  versionOf(component: ListedComponent): string | undefined;
}

/** The facts, and the values that several steps derive from them. */
interface PanelState extends PanelFacts {
  status: PanelFacts['slot']['status'];
  admission: PanelFacts['slot']['admission'];
  attempts: number;
  /** Whether the component is one of the host's own. */
  isBuiltIn: boolean;
  /** The id of the plugin that owns the component, or would own it. */
  owner: string;
  component: string;
  plugin: Plugin | undefined;
  declared: ListedComponent | undefined;
  problem: WidgetError | undefined;
  isTrusted: boolean;
}

function stateOf(facts: PanelFacts): PanelState {
  const { pluginId, name, list, grants, slot } = facts;
  const { status, admission, attempts = 0 } = slot;
  const owner = admission?.pluginId ?? (name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : pluginId);
  const component = admission?.component.name ?? name.slice(name.lastIndexOf('/') + 1);
  const plugin = list.plugins.find(({ id }) => id === owner);
  return {
    ...facts,
    status,
    admission,
    attempts,
    isBuiltIn: status.status === 'ready' && !status.signal,
    owner,
    component,
    plugin,
    declared: plugin?.components.find((one) => one.name === component),
    problem: [status.error, status.update].find(isWidgetError),
    isTrusted: grants.has(owner),
  };
}

function explainDeclaration(state: PanelState): Result {
  const { name, owner, component, plugin, declared, list, status, isBuiltIn } = state;
  if (isBuiltIn) return yes(`"${name}" is a component of the host's own.`);
  if (declared) return yes(`plugin.yaml of ${owner} declares ${component} in ${declared.path}.`);
  if (list.status === 'loading') return unknown('The list of plugins is loading.');
  if (status.status === 'unknown' && status.candidates)
    return yes(`${status.candidates.length} plugins declare a component of that name.`);
  if (list.error && list.status === 'failed') return failedWith(list.error);
  const reason = list.refused.find(({ id }) => id === owner)?.detail;
  if (reason) return no(reason, 'Correct the plugin, then load the list again.');
  return plugin
    ? no(`plugin.yaml of ${owner} declares no ${component}.`, 'Declare it under frontend.components.')
    : no(`No plugin "${owner}" is installed.`, 'Install it, or correct the name.');
}

function explainDisk({ declared }: PanelState): Result {
  if (!declared) return unknown('No bundle is declared.');
  const { path, size, exists_on_disk, consented } = declared;
  if (exists_on_disk === undefined) return unknown('The host API does not say.');
  if (exists_on_disk) return yes(`${path} is there${size ? `, ${size} bytes` : ''}.`);
  return consented
    ? yes(`${path} is missing on disk; the server has stored the accepted bytes.`)
    : no(`${path} is not on the server.`, `Build the widget, commit ${path} and update the plugin.`);
}

function explainTrust({ declared, isTrusted, owner, plugin, admission }: PanelState): Result {
  if (!declared) return unknown('No component is declared.');
  if (!isTrusted)
    return no(
      plugin?.declined
        ? `The decision about ${owner} was “Not now”.`
        : plugin?.revoked_bytes === 'same'
          ? `Trust in ${owner} was revoked.`
          : `${owner} waits for a decision.`,
      'Review it under Settings → Plugins.',
    );
  if (admission?.reason === 'PLUGINS_DISABLED')
    return no('The page was opened with ?disable-plugins.', 'Open it without ?disable-plugins.');
  return yes(
    plugin?.sandboxed ? `The operator has ${owner} run sandboxed.` : `The operator trusts ${owner}.`,
  );
}

function explainBytes({ plugin, declared, isTrusted, versionOf }: PanelState): Result {
  if (!declared) return unknown('No bundle is declared.');
  if (!isTrusted) return unknown('None are accepted.');
  const version = versionOf(declared);
  if (!declared.changed)
    return version ? yes(`${short(version)}, as accepted.`) : unknown('The host API does not say.');
  if (declared.consented === null)
    return no(
      `${declared.path} is not among what was trusted.`,
      'Review the change under Settings → Plugins.',
    );
  return yes(
    `${version ? short(version) : 'The accepted bytes'} still run; other bytes on disk ${plugin?.declined ? 'were not accepted' : 'await a decision'}.`,
  );
}

function explainImport({ problem, attempts, status }: PanelState): Result {
  if (problem && problem.code !== 'NO_DEFAULT_EXPORT' && problem.code !== 'WIDGET_PARKED')
    return failedWith(problem);
  if (attempts === 0) return unknown('No panel has loaded it yet.');
  if (status.status === 'loading') return unknown(`It is loading, attempt ${attempts}.`);
  return yes(`Imported, attempt ${attempts}.`);
}

function explainExport({ problem, status }: PanelState): Result {
  if (problem?.code === 'NO_DEFAULT_EXPORT') return failedWith(problem);
  return status.status === 'ready' || problem?.code === 'WIDGET_PARKED'
    ? yes('It exports a component by default.')
    : unknown('Not known before it is imported.');
}

function explainName(state: PanelState): Result {
  const { pluginId, name, owner, component, list, status, isBuiltIn } = state;
  if (list.status !== 'ready') return unknown('Not known without the list of plugins.');
  if (status.status !== 'unknown')
    return yes(
      `On ${pluginId}'s dashboards "${name}" is ${isBuiltIn ? 'the host’s own' : `${owner}/${component}`}.`,
    );
  return status.candidates
    ? no(
        `"${name}" is declared by several plugins.`,
        `Name the one you mean: ${status.candidates.join(', ')}.`,
      )
    : no(`No component is named "${name}".`, 'Correct the name in the dashboard.');
}

const explainMounted = ({ watchers }: PanelState): Result =>
  watchers > 0 ? yes(`${watchers} on this page.`) : unknown('No panel of this page shows it.');

function explainCrashes({ status, problem, crashes, admission }: PanelState): Result {
  if (status.status === 'parked' && problem) return failedWith(problem);
  return admission?.failed ? failedWith(admission.failed) : yes(`${crashes} that count.`);
}

const explainRequests = ({ refused = [] }: NonNullable<PanelState['admission']>): Result =>
  refused.length > 0
    ? no(
        `The frame refused ${refusedText(refused)}.`,
        'A sandboxed widget reaches the routes of its plugin only. If it needs more, ask the plugin’s author for a version without, or trust the plugin.',
      )
    : yes('The frame refused none.');

type ExplainStep = (state: PanelState) => Result;

const ofBundle =
  (explainStep: ExplainStep): ExplainStep =>
  (state) =>
    state.isBuiltIn ? unknown('It is part of the host.') : explainStep(state);

/** The steps, in the order in which the host decides them. */
const STEPS: readonly (readonly [Step['step'], ExplainStep])[] = [
  ['declared', explainDeclaration],
  ['on disk', ofBundle(explainDisk)],
  ['trusted', ofBundle(explainTrust)],
  ['bytes', ofBundle(explainBytes)],
  ['imported', ofBundle(explainImport)],
  ['export', ofBundle(explainExport)],
  ['name', explainName],
  ['mounted', explainMounted],
  ['crashes', explainCrashes],
];

const MARKS = { true: '✓', false: '✗', undefined: '·' };

function linesOf({ step, ok, fact, remedy }: Step): string[] {
  return [`${MARKS[`${ok}`]} ${step}: ${fact}`, ...(remedy ? [`  → ${remedy}`] : [])];
}

/** Explains one panel from the host's facts; requests nothing and changes nothing. */
export function explain(facts: PanelFacts): Explanation {
  const { pluginId, name } = facts;
  const state = stateOf(facts);
  const steps = STEPS.map(([step, explainStep]): Step => ({ step, ...explainStep(state) }));
  if (state.admission?.isSandboxed) steps.push({ step: 'requests', ...explainRequests(state.admission) });
  const stopped = steps.find(({ ok }) => ok === false);
  const text = [`${name} on the dashboards of ${pluginId}:`, ...steps.flatMap(linesOf)].join('\n');
  return { pluginId, name, steps, stopped, text };
}
