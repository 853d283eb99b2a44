export { errorOf } from '../contract/words.ts';
export { describeFailure, diagnose, diagnoseCrash } from './diagnose.ts';
export { readAgain, refusalOf } from './evidence.ts';
export { ErrorCard, type ErrorCardProps } from './error-card.tsx';
export { explain, type Explanation, type PanelFacts, type Step } from './explain.ts';
export { Notice, UpdateNotice } from './notice.tsx';
export type { Runs } from './taken.ts';
