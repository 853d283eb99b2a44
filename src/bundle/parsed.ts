// The second door of this room: readers that need a whole parser, on the server and in the author’s tools only.
export { readFindings, type Findings } from './findings.ts';
export { parseModule } from './parse-module.ts';
