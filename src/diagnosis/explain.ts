import { isWidgetError, type WidgetError } from '../contract/errors.ts';
import type { Host } from '../host/host.ts';
import type { View } from '../host/told.ts';
import { tell } from '../contract/messages.ts';

/** One link of the chain from the list of plugins to what a panel shows. */
export interface Step {
  step: 'declared' | 'on disk' | 'trusted' | 'bytes' | 'imported' | 'export' | 'name' | 'mounted' | 'crashes';
  /** `false` for the first "no" and for others that are known; nothing where it is not known, or did not come to it. */
  ok: boolean | undefined;
  fact: string;
  /** What to do about a "no". */
  remedy?: string | undefined;
}

/** Why a panel shows what it shows. */
export interface Explanation {
  pluginId: string;
  name: string;
  /** In the order in which they are decided. */
  steps: readonly Step[];
  /** The first link that fails. */
  stopped?: Step | undefined;
  /** All of it in lines, to be read or sent to somebody. */
  text: string;
}

type Verdict = Pick<Step, 'ok' | 'fact' | 'remedy'>;

const yes = (fact: string): Verdict => ({ ok: true, fact });
const no = (fact: string, remedy: string): Verdict => ({ ok: false, fact, remedy });
const open = (fact: string): Verdict => ({ ok: undefined, fact });

/** An error's own words. */
const told = (error: WidgetError): Verdict => {
  const { cause, fix, copy } = tell(error);
  return no(`${cause} [${error.code}]`, fix.endsWith(':') ? `${fix} ${copy}` : fix);
};

const short = (hash: string) => `${hash.slice(0, 12)}…`;

/** Explains one panel from snapshots alone: it asks nobody and changes nothing. */
export function explain(host: Host, view: View, pluginId: string, name: string): Explanation {
  const { plugins, grants, refused, status: list, error } = host.plugins.getSnapshot();
  const { slot, watchers } = host.registry.inspect(pluginId, name);
  const { snapshot: status, admission, attempts = 0 } = slot;
  const crashes = view.crashesOf(slot, host.crashBudget);
  const owner = admission?.pluginId ?? (name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : pluginId);
  const component = admission?.component.name ?? name.slice(name.lastIndexOf('/') + 1);
  const plugin = plugins.find(({ id }) => id === owner);
  const declared = plugin?.components.find((one) => one.name === component);
  const builtIn = status.status === 'ready' && !status.signal;
  const problem = 'error' in status && isWidgetError(status.error) ? status.error : undefined;
  const isExport = problem?.code === 'NO_DEFAULT_EXPORT';

  function declaredOf(): Verdict {
    if (builtIn) return yes(`"${name}" is a component of the host's own.`);
    if (declared) return yes(`plugin.yaml of ${owner} declares ${component} in ${declared.path}.`);
    if (list === 'loading') return open('The list of plugins is on its way.');
    if (status.status === 'unknown' && status.candidates)
      return yes(`${status.candidates.length} plugins declare a component of that name.`);
    if (error && list === 'failed') return told(error);
    const reason = refused.find(({ id }) => id === owner)?.detail;
    if (reason) return no(reason, 'Correct the plugin, then load the list again.');
    return plugin
      ? no(`plugin.yaml of ${owner} declares no ${component}.`, 'Declare it under frontend.components.')
      : no(`No plugin "${owner}" is installed.`, 'Install it, or correct the name.');
  }

  function onDisk(): Verdict {
    if (!declared) return open('There is no bundle to look for.');
    if (declared.exists_on_disk === undefined) return open('The host API does not say.');
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
    if (!declared) return open('There is nothing to trust.');
    if (!grants.has(owner))
      return no(`${owner} is not trusted.`, 'Press “Trust this plugin” in the banner of the plugin’s page.');
    if (admission?.reason === 'PLUGINS_DISABLED')
      return no('The page was opened with ?disable-plugins.', 'Open it without ?disable-plugins.');
    return yes(`The operator trusts ${owner}.`);
  }

  function bytes(): Verdict {
    if (!declared) return open('There are none.');
    if (!grants.has(owner)) return open('None are trusted.');
    const version = view.versionOf(declared);
    if (!declared.changed)
      return version ? yes(`${short(version)} as trusted.`) : open('The host API does not say.');
    if (declared.consented === null)
      return no(
        `${declared.path} is not among what was trusted.`,
        'Look at the change on the plugin’s page, and accept it there.',
      );
    return yes(
      `${version ? short(version) : 'The trusted bytes'} run on; other bytes on disk await a decision.`,
    );
  }

  function imported(): Verdict {
    if (problem && !isExport && problem.code !== 'WIDGET_PARKED') return told(problem);
    if (attempts === 0) return open('Nothing has asked for it yet.');
    if (status.status === 'loading') return open(`It is on its way, attempt ${attempts}.`);
    return yes(`Imported, attempt ${attempts}.`);
  }

  function exported(): Verdict {
    if (isExport) return told(problem);
    return status.status === 'ready' || problem?.code === 'WIDGET_PARKED'
      ? yes('It exports a component by default.')
      : open('Not known before it is imported.');
  }

  function named(): Verdict {
    if (list !== 'ready') return open('Not known without the list of plugins.');
    if (status.status !== 'unknown')
      return yes(
        `On ${pluginId}'s dashboards "${name}" is ${builtIn ? 'the host’s own' : `${owner}/${component}`}.`,
      );
    return status.candidates
      ? no(
          `"${name}" is declared by several plugins.`,
          `Write which one is meant: ${status.candidates.join(', ')}.`,
        )
      : no(`"${name}" stands for nothing.`, 'Correct the name in the dashboard.');
  }

  const ofBundle = (verdict: () => Verdict) => (builtIn ? open('It came with the host.') : verdict());
  const verdicts: Record<Step['step'], Verdict> = {
    declared: declaredOf(),
    'on disk': ofBundle(onDisk),
    trusted: ofBundle(trusted),
    bytes: ofBundle(bytes),
    imported: ofBundle(imported),
    export: ofBundle(exported),
    name: named(),
    mounted: watchers > 0 ? yes(`${watchers} on this page.`) : open('No panel of this page shows it.'),
    crashes: status.status === 'parked' ? told(status.error) : yes(`${crashes} that count.`),
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
