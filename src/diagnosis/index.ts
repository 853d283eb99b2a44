export { ErrorCard } from './error-card.tsx';
export { diagnose, diagnoseCrash } from './diagnose.ts';
export { repeat } from '../helpers/redirect.ts';
export { tell } from '../contract/messages.ts';
