import { dirname, join, resolve } from 'node:path';
import { quote } from '../../contract/words.ts';
import { share } from '../share.ts';
import { createAppend } from './append.ts';
import { actOf, keptOf, notedOf, noteOf, viaOf, withBytes } from './act.ts';
import { compactCopies } from './compact.ts';
import { createCopies } from './copies.ts';
import { readHistory } from './history-file.ts';
import { createLedgerFile, type LedgerState } from './ledger-file.ts';
import { storedLine, type TrustRecord } from './record.ts';
import { naming } from './store-error.ts';
import { factsOfAll } from './ledger.ts';
import type { TrustStore } from './store.ts';

/** Makes a function that reads the state of a file. After the first call, it reads only the lines that were appended. */
function createStateReader(file: string): () => Promise<LedgerState> {
  const warned = new Set<number>();
  const read = createLedgerFile(file, (line, pluginId) => {
    if (!warned.has(line))
      console.warn(
        pluginId === undefined
          ? `${file}:${line} is not a trust record and is skipped. Remove the line.`
          : `${file}:${line} is a decision about ${quote(pluginId)} that this version cannot read, so the plugin is not trusted. Update this package, or decide again.`,
      );
    warned.add(line);
  });
  return share(read);
}

/**
 * Stores trust in one append-only file, with a JSON line for each action:
 * - `{plugin_id, action: "trust", who, when, bundles: {file: sha256}}`, a consent; lines of older versions have no `bundles`
 * - `{plugin_id, action: "pin", when, bundles}`, the bytes of a consent without `bundles`
 * - `{plugin_id, action: "sandbox", who, when, bundles}`, a consent to run in frames only; with `only_new: true` it has no effect after
 *   any other record of the plugin
 * - `{plugin_id, action: "revoke", who, when}`; with `for: "sandbox"` it belongs to the next record
 * - `{plugin_id, action: "revoke", act: "refuse", who, when, bundles}`, bytes that an operator does not want, and
 *   `{plugin_id, action: "pin", act: "keep", who, when, bundles, kept, kept_version}`, the same with the bytes that go on running and
 *   their version; they change no grant, and earlier versions read actions without an effect
 *
 * For the history, `act: "accept"` or `"roll-back"` names a consent that is neither the first nor the same as the last,
 * `via: "other"` marks a decision that no page of this package made, and `version` is the plugin's version with these bytes.
 *
 * A record with another action ends trust: a later version has written it.
 *
 * The bytes are stored beside it as `bundles/<sha256>.js`. Several processes may share the file. An incomplete last line is
 * ignored; another unreadable line is skipped with a warning. The file is read once, then only the appended lines; it is read again
 * if it was replaced or rewritten.
 *
 * @param path The file; it and its folder are made if they are missing.
 */
export function fileTrustStore(path: string): TrustStore {
  const file = resolve(path);
  const folder = join(dirname(file), 'bundles');
  const copies = createCopies(folder);
  const append = createAppend(file);
  const readState = createStateReader(file);
  let queue: Promise<unknown> = Promise.resolve();

  const state = () => naming(file, 'read', readState);
  const grants = async () => (await state()).grants;
  const record = (line: TrustRecord) => naming(file, 'written', () => append(storedLine(line)));
  const store = (bundles: ReadonlyMap<string, Uint8Array>) =>
    naming(folder, 'written', () => copies.store(bundles));

  /** Runs the actions of this process one after the other, in the order of the calls. */
  function enqueue(act: () => Promise<void>): Promise<void> {
    const done = queue.then(act);
    queue = done.catch(() => undefined);
    return done;
  }

  async function storedOf(hashes: readonly string[]): Promise<ReadonlySet<string>> {
    const kept = new Set<string>();
    for (const sha256 of hashes) if (await copies.has(sha256)) kept.add(sha256);
    return kept;
  }

  const now = () => new Date().toISOString();
  return {
    async grants() {
      await copies.sweep();
      return grants();
    },
    consent: (plugin_id, who, bundles, note) =>
      enqueue(async () => {
        await copies.sweep();
        // A file that cannot be read only leaves the act without its exact name.
        const grant = (await grants().catch(() => undefined))?.get(plugin_id);
        const hashes = await store(bundles);
        const noted = notedOf(actOf(grant, { bundles: hashes }, note), note);
        await record({ plugin_id, action: 'trust', ...noted, who, when: now(), bundles: hashes });
      }),
    sandbox: (plugin_id, who, bundles, { onlyNew = false, ...note } = {}) =>
      enqueue(async () => {
        await copies.sweep();
        const { grants: before, isDecided } = await state();
        if (onlyNew && isDecided(plugin_id)) return;
        const hashes = await store(bundles);
        const grant = before.get(plugin_id);
        // Earlier versions skip a sandbox record.
        if (grant && grant.verdict === undefined)
          await record({ plugin_id, action: 'revoke', for: 'sandbox', who, when: now() });
        const noted = notedOf(actOf(grant, { bundles: hashes, verdict: 'sandboxed' }, note), note);
        const more = { bundles: hashes, ...(onlyNew && { only_new: true }) };
        await record({ plugin_id, action: 'sandbox', ...noted, who, when: now(), ...more });
      }),
    decline: (plugin_id, who, bundles, note) =>
      enqueue(async () => {
        const { grants: before, factsOf } = await state();
        const grant = before.get(plugin_id);
        const more = { who, when: now(), bundles, ...keptOf(grant, factsOf(plugin_id, {})?.version) };
        await record({ plugin_id, action: grant ? 'keep' : 'refuse', ...noteOf(note), ...more });
      }),
    decisionFacts: async (waiting) => factsOfAll(await state(), waiting),
    pin: (plugin_id, bundles, { version } = {}) =>
      enqueue(async () => {
        const grant = (await grants()).get(plugin_id);
        if (grant && !grant.bundles)
          await record({
            plugin_id,
            action: 'pin',
            who: grant.who,
            when: now(),
            ...(version && { version }),
            bundles: await store(bundles),
          });
      }),
    revoke: (plugin_id, who, note) =>
      enqueue(() => record({ plugin_id, action: 'revoke', ...viaOf(note), who, when: now() })),
    bytes: copies.read,
    hasConsented: async (...bytes) => (await state()).hasConsented(...bytes),
    async history(query) {
      const page = await naming(file, 'read', () => readHistory(file, query));
      return page && query.withBytes ? withBytes(page, storedOf) : page;
    },
    compact: ({ dryRun = false } = {}) =>
      naming(folder, 'written', () => compactCopies(file, copies, dryRun)),
  };
}
