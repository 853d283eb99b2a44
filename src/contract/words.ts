// The second entry point of this folder: the messages of all failures, which a page loads with its first failure.
export * from './create-error.ts';
export { MESSAGES } from './messages.ts';
export { misspelledShim } from './misspelled-shim.ts';
export { RULES, type Rule } from './rules.ts';
export * from './strict.ts';
export * from './suggest.ts';
