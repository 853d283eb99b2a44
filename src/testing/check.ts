import { isRecord, messageOf, type Code, type Config, type WidgetError } from '../contract/index.ts';
import { Delayed, isError, isResponse, offline, Reply, reply } from './answers.ts';
import { TestingError } from './errors.ts';
import { watchConsole, watchUncaught } from './faults.ts';
import { watchElements, watchGlobals, watchListeners } from './leaks.ts';
import type { Override } from './memory.ts';
import { mountWidget, type Mounted, type WidgetOptions } from './mount.tsx';
import { assertPage, isFaked } from './page.ts';
import type { WidgetSource } from './source.tsx';
import { watchTimers } from './timers.ts';
import { placeOf, type Trace } from './trace.ts';

const SITUATIONS = [
  'answers',
  'strict mode',
  'mounted again',
  'HTTP 401',
  'HTTP 500',
  'offline',
  'slow',
  'empty',
  'null',
  'no config',
  'config changes',
] as const;

/** What a widget is put through. */
export type Situation = (typeof SITUATIONS)[number];

/** What a finding is called; a crash has the code of its card. */
export type FindingCode = Trace['code'] | 'REQUEST_LEFT' | 'UNANSWERED_ROUTE' | 'ANSWER_FAILED' | Code;

/** Something that is wrong with a widget. */
export interface Finding {
  code: FindingCode;
  fact: string;
  remedy: string;
  /** Where it shows. */
  situations: Situation[];
  /** The place in the code, as far as a stack trace tells. */
  at?: string | undefined;
  /** What was thrown. */
  cause?: unknown;
}

/** What {@link checkWidget} takes. */
export interface CheckWidgetOptions extends WidgetOptions {
  /** More configs, to which the panel changes one after the other. @default [] */
  configs?: readonly Config[];
  /** Situations that are left out, and findings that are accepted. @default [] */
  skip?: readonly (Situation | FindingCode)[];
}

const REMEDIES: Partial<Record<FindingCode, string>> = {
  TIMER_LEFT: 'Clear it in the cleanup of the effect that starts it.',
  LISTENER_LEFT: 'Remove it in the cleanup of the effect that adds it.',
  REQUEST_LEFT: 'Ask through the prop host, or end it in the cleanup of the effect that starts it.',
  ELEMENT_LEFT: 'Remove it in the cleanup of the effect that adds it.',
  GLOBAL_LEFT: 'Keep it in the module: every plugin of the page shares window.',
  CONSOLE_ERROR: 'Cure what the line names.',
  UNCAUGHT_ERROR: 'Catch it where it is asked for, look at response.ok, and show that it failed.',
  UNANSWERED_ROUTE: 'Give checkWidget an api that answers all that the widget asks.',
  ANSWER_FAILED: 'Correct the answer.',
};
const DRAW = 'Draw something for this case: look at response.ok, and expect any value to be missing.';

/** What a first mount may leave for good, such as a library's one listener: it counts where the second leaves another. */
const LEAKS: ReadonlySet<FindingCode> = new Set(['TIMER_LEFT', 'LISTENER_LEFT', 'ELEMENT_LEFT']);

/** How a situation differs from the plain one. */
interface Plan {
  override?: Override;
  strictMode?: boolean;
  config?: Config;
  times?: number;
  /** What happens while the widget is there. */
  during?(mounted: Mounted): Promise<void>;
  /** What happens when it has left. */
  after?(): void;
}

const soon: Override = async (given) => {
  const answer = await given();
  return answer instanceof Delayed && typeof answer.until === 'number' ? answer.answer : answer;
};

/** The same data without a single entry in any of its lists. */
function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, emptied(item)]));
}

const empty: Override = async (given) => {
  const answer = await soon(given);
  if (answer instanceof Reply) return reply(answer.status, emptied(answer.body), answer.headers);
  if (!isResponse(answer)) return isError(answer) || answer instanceof Delayed ? answer : emptied(answer);
  const text = await answer.clone().text();
  try {
    return reply(answer.status, emptied(JSON.parse(text)));
  } catch {
    return answer;
  }
};

/** Made anew for each run. */
function plansOf({ config = {}, configs = [] }: CheckWidgetOptions): Record<Situation, Plan> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  return {
    answers: { override: soon },
    'strict mode': { override: soon, strictMode: true },
    'mounted again': { override: soon, times: 3 },
    'HTTP 401': { override: () => reply(401) },
    'HTTP 500': { override: () => reply(500) },
    offline: { override: offline },
    // The answers come when the widget has left.
    slow: { override: (given) => new Delayed(released, given), after: release },
    empty: { override: empty },
    null: { override: () => null },
    'no config': { override: soon, config: {} },
    'config changes': {
      override: soon,
      async during({ setConfig }) {
        for (const next of [...configs, {}, config]) await setConfig(next);
      },
    },
  };
}

type Problem = Omit<Trace, 'code'> & { code: FindingCode };

const problemOf = (error: WidgetError): Problem => ({
  code: error.code,
  fact:
    error.code === 'WIDGET_CRASHED'
      ? `it throws ${messageOf(error.cause)}`
      : error.message.replace(` [${error.code}]`, ''),
  at: placeOf(error.cause),
  cause: error.cause,
});

/** Puts a widget through one situation, and tells what came of it. */
async function run(source: WidgetSource, options: WidgetOptions, plan: Plan): Promise<Problem[]> {
  const { override, strictMode, config = options.config ?? {}, times = 1, during, after } = plan;
  const problems: Problem[] = [];
  const crashes: WidgetError[] = [];
  // They stop in reverse, so that none takes another's listeners for what was left.
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
          onCard: (error) => crashes.push(error),
        },
      );
      try {
        await during?.(mounted);
        await mounted.unmount();
        for (const { method, path } of mounted.memory.pending())
          problems.push({
            code: 'REQUEST_LEFT',
            fact: `${method} ${path} goes on after the widget has left`,
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
  // React and the page tell of a crash once more.
  const told = crashes.length > 0 ? traces.filter(({ code }) => !code.endsWith('ERROR')) : traces;
  // An unanswered request has been told of; what came of it says nothing of the widget.
  return [
    ...problems,
    ...[...crashes.map(problemOf), ...told].filter(({ cause }) => !(cause instanceof TestingError)),
  ];
}

const situationsOf = ({ skip = [] }: CheckWidgetOptions) => SITUATIONS.filter((name) => !skip.includes(name));

const isSame = (a: Problem) => (b: Problem) => a.code === b.code && a.fact === b.fact && a.at === b.at;

/**
 * Puts a widget through what happens to widgets: `StrictMode`, answers that are errors, late, empty or `null`, no network, other
 * configs, leaving and coming back. It finds crashes, errors in the console and those nobody caught, and what stays behind: timers,
 * listeners, requests, elements, globals.
 *
 * @returns what was found, `[]` at best.
 * @throws {TestingError} `TIMERS_FAKED`, `ENVIRONMENT_INCOMPLETE`, and for options that make no sense.
 */
export async function inspectWidget(widget: WidgetSource, options: CheckWidgetOptions): Promise<Finding[]> {
  assertPage();
  if (isFaked(setTimeout))
    throw new TestingError(
      'TIMERS_FAKED',
      'The timers are faked, so none can be watched. Go back to real timers first.',
    );
  const { skip = [] } = options;
  const findings: Finding[] = [];
  for (const name of situationsOf(options)) {
    const go = () => run(widget, options, plansOf(options)[name]);
    let problems = await go();
    if (problems.some(({ code }) => LEAKS.has(code))) {
      const again = await go();
      problems = problems.filter((problem) => !LEAKS.has(problem.code) || again.some(isSame(problem)));
      // What is left would go on in the next situation.
      const left = [...problems, ...again.filter((one) => problems.some(isSame(one)))];
      for (const { end } of left) end?.();
    }
    for (const { code, fact, at, cause } of problems) {
      if (skip.includes(code)) continue;
      const known = findings.find(isSame({ code, fact, at }));
      if (!known)
        findings.push({ code, fact, at, cause, remedy: REMEDIES[code] ?? DRAW, situations: [name] });
      else if (!known.situations.includes(name)) known.situations.push(name);
    }
  }
  return findings;
}

/** What {@link checkWidget} throws. */
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
 * As {@link inspectWidget}, and throws where anything is found.
 *
 * @throws {WidgetProblems} which lists what was found.
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
