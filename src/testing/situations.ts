import type { Config } from '../contract/index.ts';
import { Delayed, isError, isResponse, offline, Reply, reply } from './answers.ts';
import { emptied } from './emptied.ts';
import type { Override } from './memory.ts';
import type { Mounted } from './mount.tsx';

/** The names of all situations, in the order in which they run. */
export const SITUATIONS = [
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

/** A situation in which a widget is checked. */
export type Situation = (typeof SITUATIONS)[number];

/** The settings of a situation. */
export interface Plan {
  override?: Override;
  strictMode?: boolean;
  config?: Config;
  times?: number;
  /** Runs while the widget is mounted. */
  during?(mounted: Mounted): Promise<void>;
  /** Runs after the widget was unmounted. */
  after?(): void;
}

const withoutDelay: Override = async (given) => {
  const answer = await given();
  return answer instanceof Delayed && typeof answer.until === 'number' ? answer.answer : answer;
};

const empty: Override = async (given) => {
  const answer = await withoutDelay(given);
  if (answer instanceof Reply) return reply(answer.status, emptied(answer.body), answer.headers);
  if (!isResponse(answer)) return isError(answer) || answer instanceof Delayed ? answer : emptied(answer);
  const text = await answer.clone().text();
  try {
    return reply(answer.status, emptied(JSON.parse(text)));
  } catch {
    return answer;
  }
};

/** The configs of a panel: the first one, and those that follow it. */
interface Configs {
  config?: Config | undefined;
  configs?: readonly Config[] | undefined;
}

/** Creates the plans of all situations, for one run. */
export function createPlans({ config = {}, configs = [] }: Configs): Record<Situation, Plan> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  return {
    answers: { override: withoutDelay },
    'strict mode': { override: withoutDelay, strictMode: true },
    'mounted again': { override: withoutDelay, times: 3 },
    'HTTP 401': { override: () => reply(401) },
    'HTTP 500': { override: () => reply(500) },
    offline: { override: offline },
    // The answers arrive after the widget was unmounted.
    slow: { override: (given) => new Delayed(released, given), after: release },
    empty: { override: empty },
    null: { override: () => null },
    'no config': { override: withoutDelay, config: {} },
    'config changes': {
      override: withoutDelay,
      async during({ setConfig }) {
        for (const next of [...configs, {}, config]) await setConfig(next);
      },
    },
  };
}
