import { isRecord } from '../contract/index.ts';

/** A copy of the data in which all lists are empty. */
export function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, emptied(item)]));
}
