import { messageOf, type Code, type Config, type WidgetError } from '../contract/index.ts';
import { TestingError } from './errors.ts';
import { watchConsole, watchUncaught } from './faults.ts';
import { environmentRemedy } from './lacking.ts';
import { watchElements, watchGlobals, watchListeners } from './leaks.ts';
import { mountWidget, type WidgetOptions } from './mount.tsx';
import { assertPage, isFaked } from './page.ts';
import { createPlans, SITUATIONS, type Plan, type Situation } from './situations.ts';
import type { WidgetSource } from './source.tsx';
import { watchTimers } from './timers.ts';
import { placeOf, type Trace } from './trace.ts';

/** The code of a finding. A crash has the code of its card. */
export type FindingCode = Trace['code'] | 'REQUEST_LEFT' | 'UNANSWERED_ROUTE' | 'ANSWER_FAILED' | Code;

/** A problem of a widget. */
export interface Finding {
  code: FindingCode;
  fact: string;
  remedy: string;
  /** The situations in which it occurs. */
  situations: Situation[];
  /** The position in the code, if a stack trace shows it. */
  at?: string | undefined;
  /** The thrown value. */
  cause?: unknown;
}

/** The options of {@link checkWidget}. */
export interface CheckWidgetOptions extends WidgetOptions {
  /** Further configs, which the panel receives one after the other. @default [] */
  configs?: readonly Config[];
  /** The situations to skip, and the codes of findings to ignore. @default [] */
  skip?: readonly (Situation | FindingCode)[];
}

const REMEDIES: Partial<Record<FindingCode, string>> = {
  TIMER_LEFT: 'Clear it in the cleanup of the effect that starts it.',
  LISTENER_LEFT: 'Remove it in the cleanup of the effect that adds it.',
  REQUEST_LEFT: 'Send it with the prop host, or abort it in the cleanup of the effect that sends it.',
  ELEMENT_LEFT: 'Remove it in the cleanup of the effect that adds it.',
  GLOBAL_LEFT: 'Store it in the module instead, because all plugins share window.',
  CONSOLE_ERROR: 'Fix the error in the message.',
  UNCAUGHT_ERROR: 'Catch it, check response.ok, and show that the request failed.',
  UNANSWERED_ROUTE: 'Add an answer to the option api for every request of the widget.',
  ANSWER_FAILED: 'Correct the answer.',
};
const DEFAULT_REMEDY =
  'Render something in this case: check response.ok, and expect any value to be missing.';

/** Leaks that count only if a second run repeats them: the first may leave a library's single listener, for example. */
const LEAKS: ReadonlySet<FindingCode> = new Set(['TIMER_LEFT', 'LISTENER_LEFT', 'ELEMENT_LEFT']);

/** A problem in one run. */
type Occurrence = Omit<Trace, 'code'> & { code: FindingCode };

const occurrenceOf = (error: WidgetError): Occurrence => ({
  code: error.code,
  fact:
    error.code === 'WIDGET_CRASHED'
      ? `it throws ${messageOf(error.cause)}`
      : error.message.replace(` [${error.code}]`, ''),
  at: placeOf(error.cause),
  cause: error.cause,
});

const isEmpty = (config: Config = {}) => Object.keys(config).length === 0;

/** Runs a widget in one situation and returns the problems. */
async function run(source: WidgetSource, options: WidgetOptions, plan: Plan): Promise<Occurrence[]> {
  const { override, strictMode, config = options.config ?? {}, times = 1, during, after } = plan;
  const problems: Occurrence[] = [];
  const cards: WidgetError[] = [];
  const crashes: WidgetError[] = [];
  let shown = config;
  const onCard = (error: WidgetError) => {
    cards.push(error);
    // Where a schema wants a config, a panel without one never reaches the widget.
    const isRefused = error.code === 'CONFIG_INVALID' && isEmpty(shown) && !isEmpty(options.config);
    if (!isRefused) crashes.push(error);
  };
  // They stop in reverse order, so that no watch reports another one's listeners.
  const watches = [watchUncaught(), watchGlobals(), watchConsole(), watchElements(), watchListeners()];
  const timers = watchTimers();
  let traces: Trace[] = [];
  try {
    for (let time = 0; time < times; time += 1) {
      const mounted = await mountWidget(
        source,
        { ...options, config },
        {
          override,
          strictMode,
          fail: ({ message, code }) => problems.push({ code: code as FindingCode, fact: message }),
          onCard,
        },
      );
      try {
        await during?.({ ...mounted, setConfig: (next) => mounted.setConfig((shown = next)) });
        await mounted.unmount();
        for (const { method, path } of mounted.memory.pending())
          problems.push({
            code: 'REQUEST_LEFT',
            fact: `${method} ${path} is still pending after the widget was unmounted`,
          });
        after?.();
        await mounted.settle();
        await timers.settle();
      } finally {
        mounted.close();
      }
    }
  } finally {
    traces = [timers, ...watches.toReversed()].flatMap((watch) => watch.stop());
  }
  // React and the page report a crash again.
  const relevant = cards.length > 0 ? traces.filter(({ code }) => !code.endsWith('ERROR')) : traces;
  // A request without an answer is already reported, and its consequences are not the widget's fault.
  return [
    ...problems,
    ...[...crashes.map(occurrenceOf), ...relevant].filter(({ cause }) => !(cause instanceof TestingError)),
  ];
}

const situationsOf = ({ skip = [] }: CheckWidgetOptions) => SITUATIONS.filter((name) => !skip.includes(name));

const isSame = (a: Occurrence) => (b: Occurrence) => a.code === b.code && a.fact === b.fact && a.at === b.at;

/**
 * Checks a widget in many situations: `StrictMode`, answers that are errors, late, empty or `null`, no network, other configs, and
 * repeated mounting. It finds crashes, uncaught errors, errors in the console, and leaks of timers, listeners, requests, elements
 * and globals.
 *
 * @returns the findings, `[]` if there are none.
 * @throws {TestingError} `TIMERS_FAKED`, `ENVIRONMENT_INCOMPLETE`, and for invalid options.
 */
export async function inspectWidget(widget: WidgetSource, options: CheckWidgetOptions): Promise<Finding[]> {
  assertPage();
  if (isFaked(setTimeout))
    throw new TestingError(
      'TIMERS_FAKED',
      'The timers are faked, so the check cannot watch them. Restore the real timers first.',
    );
  const { skip = [] } = options;
  const findings: Finding[] = [];
  for (const name of situationsOf(options)) {
    const runOnce = () => run(widget, options, createPlans(options)[name]);
    let problems = await runOnce();
    if (problems.some(({ code }) => LEAKS.has(code))) {
      const again = await runOnce();
      problems = problems.filter((problem) => !LEAKS.has(problem.code) || again.some(isSame(problem)));
      // Otherwise the leaks would affect the next situation.
      const left = [...problems, ...again.filter((one) => problems.some(isSame(one)))];
      for (const { end } of left) end?.();
    }
    for (const { code, fact, at, cause } of problems) {
      if (skip.includes(code)) continue;
      const known = findings.find(isSame({ code, fact, at }));
      if (!known)
        findings.push({
          code,
          fact,
          at,
          cause,
          remedy: environmentRemedy(cause) ?? REMEDIES[code] ?? DEFAULT_REMEDY,
          situations: [name],
        });
      else if (!known.situations.includes(name)) known.situations.push(name);
    }
  }
  return findings;
}

/** The error that {@link checkWidget} throws. */
export class WidgetProblems extends TestingError {
  override readonly name = 'WidgetProblems';
  readonly findings: readonly Finding[];

  constructor(options: CheckWidgetOptions, findings: readonly Finding[]) {
    const all = situationsOf(options).length;
    const lines = findings.map(({ code, fact, remedy, situations, at }) => {
      const where = situations.length === all ? 'every situation' : situations.join(', ');
      return `  ${code}: ${fact}${at ? `, at ${at}` : ''}\n    in ${where}. ${remedy}`;
    });
    const count = findings.length === 1 ? 'a problem' : `${findings.length} problems`;
    super('WIDGET_PROBLEMS', `The widget of ${options.pluginId} has ${count}.`);
    this.message += `\n${lines.join('\n')}`;
    this.findings = findings;
  }
}

/**
 * Checks a widget like {@link inspectWidget}, and throws if there are findings.
 *
 * @throws {WidgetProblems} with the findings.
 * @example
 * await checkWidget(import('../widget/MyWidget.tsx'), {
 *   pluginId: 'my-plugin',
 *   api: { '/items': [{ name: 'First' }] },
 *   configs: [{ limit: 1 }],
 * });
 */
export async function checkWidget(widget: WidgetSource, options: CheckWidgetOptions): Promise<void> {
  const findings = await inspectWidget(widget, options);
  if (findings.length > 0) throw new WidgetProblems(options, findings);
}
