import { factsOf, isRefusal, type Refusal } from './act.ts';
import { createDecided, type Decided, type Hashes, type Signed } from './against.ts';
import { grantAfter, grantOfState, stateAfter, type GrantState } from './grant.ts';
import type { TrustRecord } from './record.ts';
import type { DecisionFacts, Grant } from './store.ts';

/** The grants that follow from a sequence of records. Each record costs its own size, so that the whole sequence costs linear time. */
export interface Ledger {
  /** Applies the next record. */
  apply(record: TrustRecord): void;
  /**
   * Returns the grants after the applied records: the same map until the next record, which does not change it.
   *
   * @param last A record whose line is not complete; it counts for this call only.
   */
  grants(last?: TrustRecord): ReadonlyMap<string, Grant>;
  /** Returns the hashes of each plugin's last consent, also after trust was revoked. */
  lastConsents(): Hashes[];
  /**
   * Returns what the records say about a plugin besides its grant.
   *
   * @param waiting The bytes that wait for a decision.
   */
  factsOf(pluginId: string, waiting: Hashes): DecisionFacts | undefined;
  /** Whether there was any decision about a plugin. */
  isDecided(pluginId: string): boolean;
  /** Whether anybody ever consented to bytes of a plugin as this file, also before trust was revoked. */
  hasConsented(pluginId: string, filename: string, sha256: string): boolean;
}

/** Whether a plugin has no grant after a record. */
const isEnd = (record: TrustRecord): record is Extract<TrustRecord, { action: 'revoke' | 'unknown' }> =>
  record.action === 'revoke' || record.action === 'unknown';

/** Whether a record changes no grant. */
const isRefused = (record: TrustRecord): record is Extract<TrustRecord, { action: Refusal }> =>
  isRefusal(record.action);

/** Whether the next record has the decision. */
const isHalf = (record: TrustRecord) => record.action === 'revoke' && record.for !== undefined;

/** Whether a record has no effect after another decision. */
const isForNew = (record: TrustRecord) => record.action === 'sandbox' && record.only_new === true;

/** Returns the consent that a record makes of a plugin's grant; `undefined` for a pin without effect. */
function consentOf(
  record: Exclude<TrustRecord, { action: 'revoke' | 'unknown' | Refusal }>,
  before: Omit<Grant, 'earlier'> | undefined,
): Omit<Grant, 'earlier'> | undefined {
  const { action, bundles } = record;
  if (action === 'sandbox') return { who: record.who, when: record.when, bundles, verdict: 'sandboxed' };
  if (action === 'trust') return { who: record.who, when: record.when, ...(bundles && { bundles }) };
  return before && !before.bundles ? { who: before.who, when: before.when, bundles } : undefined;
}

/** Returns a plugin's grant after a record. */
function grantWith(before: Grant | undefined, record: TrustRecord): Grant | undefined {
  if (isEnd(record)) return undefined;
  if (isRefused(record)) return before;
  const consent = consentOf(record, before);
  return consent ? grantAfter(before, consent) : before;
}

/** What the records say about one plugin. */
interface Account {
  state?: GrantState | undefined;
  lastConsent?: Hashes;
  /** The states that no longer count, whose consents one can still roll back to; absent until trust ends or its verdict changes. */
  past?: GrantState[];
  /** The plugin's version with the bytes of the last consent. */
  version?: string | undefined;
  /** The decisions against bytes; absent until there is one. */
  decided?: Decided;
  /** The revoke or the unknown decision that no consent followed. */
  ended?: Signed | undefined;
  isChanged: boolean;
}

/** Who decided, and when. Lines of other programs may lack it. */
const signedIn = (record: object): Signed => {
  const { who, when } = record as { who?: unknown; when?: unknown };
  return { who: typeof who === 'string' ? who : '', when: typeof when === 'string' ? when : '' };
};

/** Records the end of a grant: the bytes that ran do not run any longer. */
function end(account: Account, record: TrustRecord): void {
  const { lastConsent, ended } = account;
  const signed = signedIn(record);
  if (lastConsent && !ended)
    (account.decided ??= createDecided()).decide(lastConsent, { act: 'revoke', ...signed });
  account.ended = signed;
}

/** Records a consent to bytes, and against those that ran before if the operator has rolled back from them. */
function consentTo(account: Account, bundles: Hashes | undefined, record: TrustRecord): void {
  const { lastConsent, ended } = account;
  account.ended = undefined;
  if (!bundles) return;
  if ('act' in record && record.act === 'roll-back' && lastConsent && !ended)
    (account.decided ??= createDecided()).decide(lastConsent, { act: 'roll-back', ...signedIn(record) });
  account.decided?.consent(bundles);
  account.lastConsent = bundles;
}

/** Whether the consents of a state include bytes as a file. */
const includes = ({ bundles, earlier }: GrantState, filename: string, sha256: string): boolean =>
  bundles?.[filename] === sha256 || earlier?.get(filename)?.includes(sha256) === true;

/** Makes a ledger without records. */
export function createLedger(): Ledger {
  const accounts = new Map<string, Account>();
  let changed: string[] = [];
  let published: ReadonlyMap<string, Grant> = new Map();

  function publish(): ReadonlyMap<string, Grant> {
    if (changed.length === 0) return published;
    const grants = new Map(published);
    for (const id of changed) {
      const account = accounts.get(id)!;
      account.isChanged = false;
      if (account.state) grants.set(id, grantOfState(account.state));
      else grants.delete(id);
    }
    changed = [];
    published = grants;
    return published;
  }

  function accountOf(id: string): Account {
    const account = accounts.get(id) ?? { isChanged: false };
    accounts.set(id, account);
    if (!account.isChanged) changed.push(id);
    account.isChanged = true;
    return account;
  }

  return {
    apply(record) {
      if (isForNew(record) && accounts.has(record.plugin_id)) return;
      const account = accountOf(record.plugin_id);
      if (isRefused(record)) {
        const { action: act, bundles } = record;
        (account.decided ??= createDecided()).decide(bundles, { act, ...signedIn(record) });
        return;
      }
      const consent = isEnd(record) ? undefined : consentOf(record, account.state);
      const { state } = account;
      if (state && (isEnd(record) || (consent && consent.verdict !== state.verdict)))
        (account.past ??= []).push(state);
      if (isEnd(record)) account.state = undefined;
      // The first half of a decision does not end it.
      if (isEnd(record) && !isHalf(record)) end(account, record);
      if (!consent || isEnd(record)) return;
      account.version = record.version;
      account.state = stateAfter(account.state, consent);
      consentTo(account, consent.bundles, record);
    },
    grants(last) {
      const grants = publish();
      if (!last || (isForNew(last) && accounts.has(last.plugin_id))) return grants;
      const { plugin_id: id } = last;
      const all = new Map(grants);
      const grant = grantWith(all.get(id), last);
      if (grant) all.set(id, grant);
      else all.delete(id);
      return all;
    },
    factsOf(pluginId, waiting) {
      const account = accounts.get(pluginId);
      return account && factsOf(account.version, account.decided?.find(waiting), account.ended);
    },
    isDecided: (pluginId) => accounts.has(pluginId),
    hasConsented(pluginId, filename, sha256) {
      const { state, past = [] } = accounts.get(pluginId) ?? {};
      return [...(state ? [state] : []), ...past].some((one) => includes(one, filename, sha256));
    },
    lastConsents: () =>
      [...accounts.values()].flatMap(({ lastConsent }) => (lastConsent ? [lastConsent] : [])),
  };
}

/** Returns what the records say about several plugins, by plugin id. @param waiting The bytes of each that wait for a decision. */
export const factsOfAll = (
  { factsOf: read }: Pick<Ledger, 'factsOf'>,
  waiting: ReadonlyMap<string, Hashes>,
): ReadonlyMap<string, DecisionFacts> =>
  new Map(
    [...waiting].flatMap(([id, bytes]) => {
      const facts = read(id, bytes);
      return facts ? [[id, facts] as const] : [];
    }),
  );
