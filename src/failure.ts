export { ErrorCard } from './card.tsx';
export { diagnose, diagnoseCrash } from './diagnose.ts';
export { repeat } from './redirect.ts';
export { tell } from './words.ts';
