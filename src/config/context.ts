import type { Matches } from './patterns.ts';
import type { ConfigSchema } from './schema.ts';

/** The keys and indexes from the config down to a value. */
export type Path = readonly (string | number)[];

/** A value of a config that its schema does not accept. */
export interface ConfigFault {
  path: Path;
  /** What is wrong, to follow the path: `is "bars", but must be "line" or "bar"`. */
  fact: string;
  /** A remedy, one sentence; empty if there is none beyond the fact. */
  hint: string;
  /** Whether the key is wrong, not its value. */
  isKey?: boolean;
  /** The only values that are accepted here, if the schema lists them. */
  options?: readonly unknown[];
}

/** The state of one check. */
export interface Check {
  root: ConfigSchema;
  matches: Matches;
  /** Counts work. @throws if it is too much. */
  spend(steps: number): void;
  /** Checks a value, and returns it with the schema's defaults. */
  visit(schema: unknown, value: unknown, path: Path, faults: ConfigFault[]): unknown;
}
