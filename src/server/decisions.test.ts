import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pLimit from 'p-limit';
import { afterAll, expect, test } from 'vitest';
import { readPluginList, type TrustHistoryAnswer } from '../contract/index.ts';
import { reviewOf } from '../ui/review.ts';
import { makeFolder, writeFiles } from './folder.test.kit.ts';
import { createServer, fileTrustStore, postgresTrustStore, type TrustStore } from './index.ts';
import { sha256Of } from './trust/grant.ts';

const database = new PGlite();
afterAll(() => database.close());

const ACTS = ['trust', 'sandbox', 'accept', 'keep', 'roll back', 'revoke', 'refuse', 'new bytes'] as const;
type Act = (typeof ACTS)[number];
type Place = 'page' | 'frames';

/** What a page should know after some acts. Versions are numbers. */
interface State {
  disk: number;
  runs?: { version: number; place: Place } | undefined;
  /** The consents, the oldest first. */
  consents: { version: number; place: Place }[];
  /** Who decided against a version, and by which act. */
  against: Map<number, { act: Act; who: string }>;
  revokedBy?: string | undefined;
}

/** Applies an act to the state, in the plainest words; `false` if no page offers it then. */
function apply(state: State, act: Act, who: string): boolean {
  const { disk, runs, consents, against } = state;
  const hasChanged = runs !== undefined && runs.version !== disk;
  const run = (version: number, place: Place) => {
    state.runs = { version, place };
    consents.push(state.runs);
    against.delete(version);
    state.revokedBy = undefined;
    return true;
  };
  const earlier = consents.findLast(({ version }) => version !== runs?.version);
  switch (act) {
    case 'trust':
      return run(disk, 'page');
    case 'sandbox':
      return run(disk, 'frames');
    case 'accept':
      return hasChanged && run(disk, runs.place);
    case 'keep':
    case 'refuse':
      if (act === 'keep' ? !hasChanged : runs !== undefined) return false;
      against.set(disk, { act, who });
      return true;
    case 'roll back':
      if (!earlier) return false;
      if (runs) against.set(runs.version, { act, who });
      return run(earlier.version, runs?.place ?? earlier.place);
    case 'revoke':
      if (runs) against.set(runs.version, { act, who });
      state.runs = undefined;
      state.revokedBy = who;
      return true;
    case 'new bytes':
      state.disk += 1;
      return true;
  }
}

/** What a page shows of a state: what runs and where, what it asks, who decided, and what it recommends. */
function expectedOf({ disk, runs, against, revokedBy }: State) {
  const isWaiting = runs?.version !== disk;
  const decided = isWaiting ? against.get(disk) : undefined;
  // After a revoke one can trust the same code again, so the page asks; it recommends nothing to trust.
  const declined = decided && (runs || decided.act !== 'revoke') ? decided.who : undefined;
  const isRevoked = !runs && revokedBy !== undefined;
  return {
    runs: runs ? `${runs.version} in ${runs.place}` : 'nothing',
    asks: !isWaiting || declined !== undefined ? 'nothing' : runs ? 'change' : 'consent',
    declined: declined && `${runs ? 'kept' : 'refused'} by ${declined}`,
    revoked: isRevoked ? `${revokedBy}, ${decided?.act === 'revoke' ? 'same' : 'other'} bytes` : undefined,
    recommended:
      !isWaiting || declined !== undefined
        ? undefined
        : isRevoked
          ? 'later revoked'
          : runs
            ? `${runs.place === 'page' ? 'trust' : 'sandbox'} changeSame`
            : 'sandbox harmlessSandbox',
  };
}

const codeOf = (version: number) => `export default () => ${version};`;
const hashOf = (version: number) => sha256Of(Buffer.from(codeOf(version)));
const versionOf = (sha256: string | undefined) =>
  Array.from({ length: 9 }, (_, index) => index).find((version) => hashOf(version) === sha256);

function makeHost(root: string, trust: TrustStore) {
  const { fetch: handler } = createServer({
    plugins: join(root, 'plugins'),
    trust,
    operator: ({ headers }) => headers.get('x-who'),
  });
  const send = async (path: string, who: string, bundles?: object) => {
    const init = bundles && { method: 'POST', body: JSON.stringify({ bundles }) };
    const request = new Request(`http://localhost/api/plugins/${path}`, init);
    request.headers.set('x-who', who);
    if (bundles) request.headers.set('Origin', 'http://localhost');
    const response = await handler(request);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  };
  const install = (id: string, version: number) =>
    writeFiles(join(root, 'plugins', id), {
      'plugin.yaml': `id: ${id}\nversion: '${version}'\nfrontend:\n  components:\n    - {name: M, path: M.js}\n`,
      'M.js': codeOf(version),
    });

  /** Sends an act as a page does. */
  async function decide(id: string, act: Act, who: string, { disk, runs }: State) {
    if (act === 'new bytes') return install(id, disk + 1);
    const disks = { 'M.js': hashOf(disk) };
    if (act === 'revoke') return send(`${id}/revoke-frontend-trust`, who, {});
    if (act === 'keep' || act === 'refuse') return send(`${id}/refuse-frontend`, who, disks);
    let place: Place = act === 'trust' || (act === 'accept' && runs?.place === 'page') ? 'page' : 'frames';
    let bundles: Readonly<Record<string, string>> = disks;
    if (act === 'roll back') {
      const { records } = (await send(`${id}/trust-history`, who)) as TrustHistoryAnswer;
      const running = runs && hashOf(runs.version);
      const record = records.find(({ restorable, bundles: old }) => restorable && old['M.js'] !== running)!;
      ({ bundles } = record);
      place = runs?.place ?? (record.sandboxed ? 'frames' : 'page');
    }
    return send(`${id}/${place === 'page' ? 'trust' : 'sandbox'}-frontend`, who, bundles);
  }

  /** What a page shows, by the server's answer alone. */
  async function shown(id: string) {
    const plugin = readPluginList({ plugins: [await send(id, 'reader')] }).list!.plugins[0]!;
    const { trusted, sandboxed, components, declined, declined_by, revoked_by, revoked_bytes } = plugin;
    const { sha256, changed, consented } = components[0]!;
    const { pending, recommendation } = reviewOf(plugin, true);
    const running = versionOf(changed ? consented?.sha256 : sha256);
    return {
      runs: trusted ? `${running} in page` : sandboxed ? `${running} in frames` : 'nothing',
      asks: (!declined && pending) || 'nothing',
      declined: declined && `${declined} by ${declined_by}`,
      revoked: revoked_by && `${revoked_by}, ${revoked_bytes} bytes`,
      recommended: recommendation && `${recommendation.verdict} ${recommendation.reason}`,
    };
  }
  return { install, decide, shown };
}

const start = (): State => ({ disk: 1, consents: [], against: new Map() });

/** Whether pages offer each act of a sequence when it is its turn. */
function isPossible(acts: readonly Act[]): boolean {
  const state = start();
  return acts.every((act) => apply(state, act, ''));
}

/** All possible sequences with some more acts. */
const sequences = (first: Act[], more: number): Act[][] =>
  more === 0
    ? [first]
    : ACTS.flatMap((act) => (isPossible([...first, act]) ? sequences([...first, act], more - 1) : []));

const stores: [name: string, make: (root: string) => TrustStore | Promise<TrustStore>][] = [
  ['a file', (root) => fileTrustStore(join(root, 'trust.jsonl'))],
  [
    'PostgreSQL',
    async () => {
      await database.exec(
        'create table plugin_settings (plugin_id text not null, key text not null, value jsonb, updated_at timestamptz)',
      );
      const query = (text: string, values?: unknown[]) =>
        database.query<Record<string, unknown>>(text, values);
      let free: Promise<unknown> = Promise.resolve();
      const connect = async () => {
        let release = () => {};
        const before = free;
        free = new Promise<void>((resolve) => (release = resolve));
        await before;
        return { query, release: () => release() };
      };
      return postgresTrustStore({ connect });
    },
  ],
];

/** Other bytes wait beside trusted ones; a change of sandboxed code was accepted. */
const all = [
  ...sequences([], 3),
  ...sequences(['trust', 'new bytes'], 2),
  ...sequences(['sandbox', 'new bytes', 'accept'], 2),
];

test.each(stores)(
  'after each sequence of acts, pages show what the record in %s says',
  async (_, make) => {
    const root = await makeFolder({});
    const { install, decide, shown } = makeHost(root, await make(root));
    const [wrong, seen] = [[] as unknown[], new Set<string>()];
    async function run(acts: readonly Act[], id: string) {
      const state = start();
      await install(id, 1);
      for (const [step, act] of acts.entries()) {
        const who = `${act} ${step + 1}`;
        const before = { ...state };
        apply(state, act, who);
        await decide(id, act, who, before);
        // Each beginning of a sequence is checked once.
        const path = acts.slice(0, step + 1).join(', ');
        if (seen.has(path)) continue;
        seen.add(path);
        const [expected, actual] = [expectedOf(state), await shown(id)];
        if (JSON.stringify(actual) !== JSON.stringify(expected)) wrong.push({ path, expected, actual });
      }
    }
    await pLimit(16).map(all, (acts, index) => run(acts, `p${index}`));
    expect(wrong).toEqual([]);
  },
  240_000,
);
