import type { Explanation, PanelFacts } from './explain.ts';

export { adoptSheet } from './adopt-sheet.ts';
export { errorOf } from '../contract/words.ts';
export { describeFailure, diagnose, diagnoseCrash } from './diagnose.ts';
export { readAgain, refusalOf } from './evidence.ts';
export { ErrorCard, type ErrorCardProps } from './error-card.tsx';
export type { Explanation, PanelFacts, Step } from './explain.ts';
export { Notice } from './notice.tsx';
export type { Runs } from './taken.ts';

/** Explains one panel from the host's facts, with code that loads with the first explanation: a failure does without it. */
export const explain = async (facts: PanelFacts): Promise<Explanation> =>
  (await import('./explain.ts')).explain(facts);
