import {
  isWidgetError,
  type ListedComponent,
  type Plugin,
  type RefusedPlugin,
  type WidgetError,
} from '../contract/index.ts';

/** One step from the list of plugins to what a panel shows. */
export interface Step {
  step: 'declared' | 'on disk' | 'trusted' | 'bytes' | 'imported' | 'export' | 'name' | 'mounted' | 'crashes';
  /** `false` for a step that failed; `undefined` where it is not known, or where an earlier step failed. */
  ok: boolean | undefined;
  fact: string;
  /** What to do about a failed step. */
  remedy?: string | undefined;
}

/** Why a panel shows what it shows. */
export interface Explanation {
  pluginId: string;
  name: string;
  /** In the order in which they are decided. */
  steps: readonly Step[];
  /** The first step that failed. */
  stopped?: Step | undefined;
  /** The whole explanation as text. */
  text: string;
}

type Verdict = Pick<Step, 'ok' | 'fact' | 'remedy'>;

const yes = (fact: string): Verdict => ({ ok: true, fact });
const no = (fact: string, remedy: string): Verdict => ({ ok: false, fact, remedy });
const unknown = (fact: string): Verdict => ({ ok: undefined, fact });

/** An error's own words. */
const noBecause = ({ fact, fix, copy, code }: WidgetError): Verdict =>
  no(`${fact} [${code}]`, fix.endsWith(':') ? `${fix} ${copy}` : fix);

const short = (hash: string) => `${hash.slice(0, 12)}…`;

/** What the host knows of one panel; data and one function of the trust gate. */
export interface PanelFacts {
  pluginId: string;
  /** The component's name as the dashboard has it. */
  name: string;
  list: {
    status: 'loading' | 'ready' | 'failed';
    plugins: readonly Plugin[];
    refused: readonly RefusedPlugin[];
    error?: WidgetError;
  };
  /** The plugins that are trusted, by id. */
  grants: ReadonlyMap<string, unknown>;
  slot: {
    status: {
      status: string;
      error?: WidgetError;
      candidates?: readonly string[];
      /** Absent on a component of the host's own. */
      signal?: AbortSignal;
    };
    admission?: { pluginId: string; component: ListedComponent; reason?: string | undefined };
    /** How often the bundle was imported. */
    attempts?: number;
  };
  /** How many panels of the page show it. */
  watchers: number;
  /** How many crashes count towards its budget. */
  crashes: number;
  /** The hash of the bytes that run. */
  versionOf(component: ListedComponent): string | undefined;
}

/** Explains one panel from what is known; requests nothing and changes nothing. */
export function explain(facts: PanelFacts): Explanation {
  const { pluginId, name, watchers, crashes, versionOf } = facts;
  const { status, admission, attempts = 0 } = facts.slot;
  const isBuiltIn = status.status === 'ready' && !status.signal;
  const { plugins, refused, status: list, error } = facts.list;
  const owner = admission?.pluginId ?? (name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : pluginId);
  const component = admission?.component.name ?? name.slice(name.lastIndexOf('/') + 1);
  const plugin = plugins.find(({ id }) => id === owner);
  const declared = plugin?.components.find((one) => one.name === component);
  const problem = isWidgetError(status.error) ? status.error : undefined;
  const isExport = problem?.code === 'NO_DEFAULT_EXPORT';
  const isTrusted = facts.grants.has(owner);

  function declaredOf(): Verdict {
    if (isBuiltIn) return yes(`"${name}" is a component of the host's own.`);
    if (declared) return yes(`plugin.yaml of ${owner} declares ${component} in ${declared.path}.`);
    if (list === 'loading') return unknown('The list of plugins is loading.');
    if (status.status === 'unknown' && status.candidates)
      return yes(`${status.candidates.length} plugins declare a component of that name.`);
    if (error && list === 'failed') return noBecause(error);
    const reason = refused.find(({ id }) => id === owner)?.detail;
    if (reason) return no(reason, 'Correct the plugin, then load the list again.');
    return plugin
      ? no(`plugin.yaml of ${owner} declares no ${component}.`, 'Declare it under frontend.components.')
      : no(`No plugin "${owner}" is installed.`, 'Install it, or correct the name.');
  }

  function onDisk(): Verdict {
    if (!declared) return unknown('There is no bundle to look for.');
    if (declared.exists_on_disk === undefined) return unknown('The host API does not say.');
    if (declared.exists_on_disk)
      return yes(`${declared.path} is there${declared.size ? `, ${declared.size} bytes` : ''}.`);
    return declared.consented
      ? yes(`${declared.path} is gone; the bytes that were trusted are kept.`)
      : no(
          `${declared.path} is not on the server.`,
          `Build the widget, commit ${declared.path} and update the plugin.`,
        );
  }

  function trusted(): Verdict {
    if (!declared) return unknown('There is nothing to trust.');
    if (!isTrusted)
      return no(`${owner} is not trusted.`, 'Press “Trust this plugin” in the banner of the plugin’s page.');
    if (admission?.reason === 'PLUGINS_DISABLED')
      return no('The page was opened with ?disable-plugins.', 'Open it without ?disable-plugins.');
    return yes(`The operator trusts ${owner}.`);
  }

  function bytes(): Verdict {
    if (!declared) return unknown('There are no bytes.');
    if (!isTrusted) return unknown('None are trusted.');
    const version = versionOf(declared);
    if (!declared.changed)
      return version ? yes(`${short(version)} as trusted.`) : unknown('The host API does not say.');
    if (declared.consented === null)
      return no(
        `${declared.path} is not among what was trusted.`,
        'Review the change on the plugin’s page, and accept it there.',
      );
    return yes(
      `${version ? short(version) : 'The trusted bytes'} still run; other bytes on disk await a decision.`,
    );
  }

  function imported(): Verdict {
    if (problem && !isExport && problem.code !== 'WIDGET_PARKED') return noBecause(problem);
    if (attempts === 0) return unknown('No panel has loaded it yet.');
    if (status.status === 'loading') return unknown(`It is loading, attempt ${attempts}.`);
    return yes(`Imported, attempt ${attempts}.`);
  }

  function exported(): Verdict {
    if (isExport) return noBecause(problem);
    return status.status === 'ready' || problem?.code === 'WIDGET_PARKED'
      ? yes('It exports a component by default.')
      : unknown('Not known before it is imported.');
  }

  function named(): Verdict {
    if (list !== 'ready') return unknown('Not known without the list of plugins.');
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

  const ofBundle = (verdict: () => Verdict) => (isBuiltIn ? unknown('It is part of the host.') : verdict());
  const verdicts: Record<Step['step'], Verdict> = {
    declared: declaredOf(),
    'on disk': ofBundle(onDisk),
    trusted: ofBundle(trusted),
    bytes: ofBundle(bytes),
    imported: ofBundle(imported),
    export: ofBundle(exported),
    name: named(),
    mounted: watchers > 0 ? yes(`${watchers} on this page.`) : unknown('No panel of this page shows it.'),
    crashes: status.status === 'parked' && problem ? noBecause(problem) : yes(`${crashes} that count.`),
  };
  const steps = Object.entries(verdicts).map(([step, verdict]) => ({ step, ...verdict }) as Step);
  const stopped = steps.find(({ ok }) => ok === false);
  const marks = { true: '✓', false: '✗', undefined: '·' };
  const text = [
    `${name} on the dashboards of ${pluginId}:`,
    ...steps.map(({ step, ok, fact, remedy }) =>
      [`${marks[`${ok}`]} ${step}: ${fact}`, ...(remedy ? [`  → ${remedy}`] : [])].join('\n'),
    ),
  ].join('\n');
  return { pluginId, name, steps, stopped, text };
}
