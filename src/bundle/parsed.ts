// The second entry point of this folder: readers that need a whole parser, for the server and the author’s tools.
export { findingPlaces, readFindings, stringOf } from './findings.ts';
export { parseModule } from './parse-module.ts';
