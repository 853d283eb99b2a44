import { SHIM_NAMES } from '../contract/shim-names.ts';
import type { Shim } from '../contract/index.ts';

/** Whether a shim exports a name that some supported React lacks. */
export const isLacking = (shim: Shim, name: string) =>
  Object.hasOwn(SHIM_NAMES[shim], name) && SHIM_NAMES[shim][name] !== '18.3 or 19';

/** Names that some supported React lacks, in any shim. */
export const LACKING: ReadonlySet<string> = new Set(
  Object.entries(SHIM_NAMES).flatMap(([shim, names]) =>
    Object.keys(names).filter((name) => isLacking(shim as Shim, name)),
  ),
);
