import type { TrustAct, TrustHistoryAnswer, TrustHistoryRecord } from '../../contract/index.ts';
import { withoutMaps, type Against, type Hashes, type Signed } from './against.ts';
import type { DecisionFacts, DecisionNote, Grant } from './store.ts';

/** The operator of a verdict that the option `newPlugins` gave. */
export const BY_OPTION = 'option newPlugins';

/** Every act, for readers of a query. */
export const ACTS: readonly TrustAct[] = [
  'trust',
  'accept',
  'roll-back',
  'sandbox',
  'revoke',
  'refuse',
  'keep',
];

/** An act that gives a plugin no other bytes to run. */
export type Refusal = 'refuse' | 'keep';

/** Whether an act is no consent to the bytes that its record names. */
export const isRefusal = (act: unknown): act is Refusal => act === 'refuse' || act === 'keep';

/** Whether two consents are to the same bundles. Another map alone is no other decision. */
const isSame = (one: Hashes, other: Hashes): boolean =>
  Object.keys(withoutMaps({ ...one, ...other })).every((file) => one[file] === other[file]);

/**
 * Names the act of a consent.
 *
 * @param before The plugin's present grant.
 */
export function actOf(
  before: Grant | undefined,
  { bundles, verdict }: { bundles: Hashes; verdict?: Grant['verdict'] },
  { isRestored = false }: DecisionNote = {},
): Exclude<TrustAct, 'revoke' | Refusal> {
  const isChange = before?.bundles !== undefined && !isSame(before.bundles, bundles);
  if (isRestored && (isChange || !before)) return 'roll-back';
  if (isChange && before.verdict === verdict) return 'accept';
  return verdict ? 'sandbox' : 'trust';
}

/** Makes the field of a record that says whether a page of this package made the decision. */
export const viaOf = ({ via }: DecisionNote = {}): { via?: 'other' } =>
  via === 'page' ? {} : { via: 'other' };

/** Makes the fields of any record of a decision about bytes, besides the act. */
export const noteOf = (note: DecisionNote = {}): { via?: 'other'; version?: string } => ({
  ...viaOf(note),
  ...(note.version && { version: note.version }),
});

/** Makes the fields of a refusal's record for the bytes that go on running. @param version The plugin's version with them. */
export const keptOf = (
  grant: Grant | undefined,
  version?: string,
): { kept?: Hashes; kept_version?: string } =>
  grant?.bundles ? { kept: withoutMaps(grant.bundles), ...(version && { kept_version: version }) } : {};

/** Makes the fields of a record of a consent that no grant depends on. */
export const notedOf = (
  act: TrustAct,
  note?: DecisionNote,
): { act?: 'accept' | 'roll-back'; via?: 'other'; version?: string } => ({
  ...((act === 'accept' || act === 'roll-back') && { act }),
  ...noteOf(note),
});

/** A record as a store has it; older versions have recorded neither `act` nor `via` nor `version`. */
export interface StoredRecord {
  plugin_id: string;
  /** A `pin` binds a consent of NousViz 1.0, which names no bytes, to the bytes on the disk. */
  action: 'trust' | 'sandbox' | 'pin' | 'revoke' | Refusal;
  act?: unknown;
  who?: unknown;
  at: unknown;
  via?: unknown;
  /** The plugin's version with `bundles`. */
  version?: unknown;
  bundles?: Hashes | undefined;
  /** Of a refusal: the bytes that go on running. */
  kept?: Hashes | undefined;
  /** The plugin's version with `kept`. */
  kept_version?: unknown;
}

/** Writes a time as ISO 8601 in UTC; a time that cannot be read is the beginning of 1970. */
const isoOf = (time: unknown) => new Date(Date.parse(String(time)) || 0).toISOString();

/** Makes a record of the history. A pin is a consent that no page of this package has made. */
export function historyRecordOf({
  plugin_id,
  action,
  act,
  who,
  at,
  via,
  version,
  bundles,
  kept,
  kept_version,
}: StoredRecord): TrustHistoryRecord {
  const isOther =
    via === 'other' || action === 'pin' || who === BY_OPTION || (action === 'trust' && !bundles);
  const isNamed = act === 'accept' || act === 'roll-back';
  const isRefused = isRefusal(action);
  const running = isRefused ? kept_version : version;
  return {
    at: isoOf(at),
    who: typeof who === 'string' ? who : '',
    plugin_id,
    act: isNamed ? act : action === 'pin' ? 'trust' : action,
    bundles: (isRefused ? kept : bundles) ?? {},
    ...(typeof running === 'string' && { version: running }),
    ...(isRefused && { declined: bundles ?? {} }),
    ...(isRefused && typeof version === 'string' && { declined_version: version }),
    ...(action === 'sandbox' && { sandboxed: true }),
    via: isOther ? 'other' : 'page',
  };
}

/** Reads the cursor of a page, a number of at most 15 digits; `undefined` if it is none. */
export const cursorOf = (before: string): number | undefined =>
  /^\d{1,15}$/.test(before) ? Number(before) : undefined;

/**
 * Adds to the records whether a store still has all of their bytes.
 *
 * @param storedOf Returns those of the hashes whose bytes the store has.
 */
export async function withBytes(
  { records, next }: TrustHistoryAnswer,
  storedOf: (hashes: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<TrustHistoryAnswer> {
  const stored = await storedOf([...new Set(records.flatMap(({ bundles }) => Object.values(bundles)))]);
  const isRestorable = ({ act, bundles }: TrustHistoryRecord) => {
    const hashes = Object.values(bundles);
    return !isRefusal(act) && hashes.length > 0 && hashes.every((hash) => stored.has(hash));
  };
  return { records: records.map((record) => ({ ...record, restorable: isRestorable(record) })), next };
}

/** Makes the facts about a plugin; `undefined` if there are none. */
export const factsOf = (
  version: string | undefined,
  against: Against | undefined,
  revoked: Signed | undefined,
): DecisionFacts | undefined =>
  version === undefined && !against && !revoked
    ? undefined
    : { ...(version !== undefined && { version }), ...(against && { against }), ...(revoked && { revoked }) };
