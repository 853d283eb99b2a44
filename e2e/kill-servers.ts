import { setTimeout as wait } from 'node:timers/promises';
import type { TrustHistoryRecord, TrustStore } from '@nousviz/widget-runtime/server';
import { expect } from 'vitest';
import {
  bytesOf,
  FILE,
  requestAct,
  runningOn,
  sha256Of,
  startServer,
  stopServer,
  textOf,
  writePlugin,
  type Act,
  type TrustServer,
} from './trust-kill.ts';

/** Creates a generator of numbers from 0 to 1, which depend only on the seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
/** The trust storage for {@link killServers}. */
export interface TrustHome {
  /** An empty folder for plugins. */
  plugins: string;
  /** The arguments of e2e/trust-server.js after the plugins folder. */
  args: string[];
  /** Opens a store of this process on the same storage. */
  open(): TrustStore;
}

const PLUGINS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** How long a run is. */
export interface KillRun {
  /** The least number of acts. */
  acts: number;
  /** The least number of kills. */
  kills: number;
  /** The number of acts after which the killed servers start again. */
  round: number;
}

const SHORT: KillRun = { acts: 200, kills: 5, round: 16 };

/** A run with 200 kills, which takes minutes. */
export const LONG: KillRun = { acts: 200, kills: 200, round: 8 };

/** The longest time of the long form on a slow machine, in milliseconds. */
export const KILL_TIMEOUT = 1_200_000;

/** What the test knows of one plugin. */
interface Known {
  /** The last confirmed act, and the later requests: the plugin is in the state after one of them. */
  possible: (Act | undefined)[];
  /** The operators whose bytes have been consented to for certain. */
  consented: string[];
  /** The operator whose bytes are on the disk. */
  disk: string;
}

/** The bytes that run after an act. */
const runningAfter = (act: Act | undefined) => (act && act.action !== 'revoke' ? bytesOf(act) : undefined);

/** Chooses the next act on a plugin. */
function chooseAct(plugin: string, who: string, known: Known, random: () => number): Act {
  const others = new Set([known.disk, ...known.possible.map(runningAfter)]);
  const earlier = known.consented.filter((text) => !others.has(text));
  const number = random();
  const text = earlier[Math.floor(random() * earlier.length)];
  if (number < 0.3 && text !== undefined) return { plugin, who, action: 'roll-back', text };
  return { plugin, who, action: number < 0.7 ? 'trust' : 'revoke' };
}

/** The names that the record may give an act, which follow from the states before it. */
function namesOf({ action }: Act, before: readonly (Act | undefined)[]): string[] {
  if (action !== 'trust') return [action];
  const running = before.map(runningAfter);
  return [
    ...(running.some((text) => text !== undefined) ? ['accept'] : []),
    ...(running.includes(undefined) ? ['trust'] : []),
  ];
}

/** A requested act, with the names that it may have and whether the server has confirmed it. */
interface Asked extends Act {
  names: string[];
  isConfirmed: boolean;
}

/** Checks the record: each confirmed act once and in order, and no act that nobody has requested. All its bytes are stored. */
async function checkRecord(store: TrustStore, asked: readonly Asked[], note: string): Promise<void> {
  const records: TrustHistoryRecord[] = [];
  for (let before: string | null | undefined; before !== null;) {
    const page = (await store.history!({ limit: 50, withBytes: true, ...(before && { before }) }))!;
    records.unshift(...page.records.toReversed());
    before = page.next;
  }
  const byOperator = new Map(records.map((record) => [record.who, record]));
  expect(byOperator.size, `each act is recorded once, ${note}`).toBe(records.length);
  const acts = new Map(asked.map((act) => [act.who, act]));
  for (const { plugin_id, who, act, bundles, via, restorable } of records) {
    const request = acts.get(who)!;
    expect(request?.names, `${who} ${note}`).toContain(act);
    const hashes = act === 'revoke' ? {} : { [FILE]: sha256Of(textOf(bytesOf(request))) };
    expect({ plugin_id, bundles: { ...bundles }, via, restorable }, `${who} ${note}`).toEqual({
      plugin_id: request.plugin,
      bundles: hashes,
      via: 'other',
      restorable: act !== 'revoke',
    });
  }
  for (const plugin of PLUGINS) {
    const isOf = (one: { plugin: string; isConfirmed: boolean }) => one.plugin === plugin && one.isConfirmed;
    const confirmed = asked.filter(isOf).map(({ who }) => who);
    const recorded = records.map(({ who }) => who).filter((who) => confirmed.includes(who));
    expect(recorded, `${plugin} ${note}`).toEqual(confirmed);
  }
}

/** Checks that each plugin is in a possible state, in the store and on each server, and that the bytes of the state are stored. */
async function checkStates(
  store: TrustStore,
  plugins: ReadonlyMap<string, Known>,
  servers: readonly TrustServer[],
  note: string,
): Promise<void> {
  const grants = await store.grants();
  expect([...grants.keys()].filter((plugin) => !plugins.has(plugin))).toEqual([]);
  for (const [plugin, { possible }] of plugins) {
    const grant = grants.get(plugin);
    const state = possible.find(
      (act) => (runningAfter(act) === undefined ? undefined : act!.who) === grant?.who,
    );
    const states = possible.map((act) => (runningAfter(act) === undefined ? undefined : act!.who));
    expect(states, `${plugin} ${note}`).toContain(grant?.who);
    for (const server of servers)
      expect(await runningOn(server, plugin), `${plugin} ${note}`).toBe(runningAfter(state));
    if (!grant) continue;
    const hash = sha256Of(textOf(bytesOf(state!)));
    expect(grant.bundles, note).toEqual({ [FILE]: hash });
    for (const one of [hash, ...(grant.earlier?.[FILE] ?? [])]) {
      const bytes = await store.bytes(one);
      expect(bytes && sha256Of(Buffer.from(bytes).toString()), note).toBe(one);
    }
  }
}

/**
 * Sends consents, roll-backs and revokes to two servers with the same storage while one or both are killed at random. After each kill,
 * every confirmed act must hold unless a later request took effect, and nothing else may be trusted. The record must have every
 * confirmed act.
 *
 * @param run How long it is.
 */
export async function killServers({ plugins, args, open }: TrustHome, run: KillRun = SHORT): Promise<void> {
  const { acts, kills, round } = run;
  const seed = Number(process.env.SEED ?? Date.now() % 1e9);
  const random = randomFrom(seed);
  const note = `with SEED=${seed}`;
  const known = new Map(
    PLUGINS.map((plugin): [string, Known] => [
      plugin,
      { possible: [undefined], consented: [], disk: 'nobody' },
    ]),
  );
  const asked: Asked[] = [];

  for (const plugin of PLUGINS) await writePlugin(plugins, plugin, 'nobody');
  const start = () => startServer(plugins, ...args);
  const servers = await Promise.all([start(), start()]);
  const isAlive = ({ process: child }: TrustServer) => child.exitCode === null && !child.killed;

  /** Sends acts on one plugin, one after another, until the round ends. */
  async function operate(plugin: string, end: number, deaths: Map<TrustServer, number>) {
    const of = known.get(plugin)!;
    for (;;) {
      const alive = servers.filter(isAlive);
      const server = alive[Math.floor(random() * alive.length)];
      if (!server || asked.length >= end) return;
      const act = chooseAct(plugin, `${asked.length + 1}`, of, random);
      const request: Asked = { ...act, names: namesOf(act, of.possible), isConfirmed: false };
      asked.push(request);
      if (act.action === 'trust') {
        await writePlugin(plugins, plugin, act.who);
        of.disk = act.who;
      }
      of.possible.push(act);
      const isDue = (victim: TrustServer) => asked.length >= (deaths.get(victim) ?? Infinity);
      for (const victim of alive.filter(isDue))
        void wait(random() * 15).then(() => victim.process.kill('SIGKILL'));
      const status = await requestAct(server, act).catch(() => undefined);
      if (status === undefined) continue;
      // A confirmed act must already be safe.
      if (isDue(server)) server.process.kill('SIGKILL');
      expect(status, `${JSON.stringify(act)} ${note}`).toBe(200);
      of.possible = [act];
      request.isConfirmed = true;
      if (act.action === 'trust') of.consented.push(act.who);
    }
  }

  let killed = 0;
  try {
    while (asked.length < acts || killed < kills) {
      const first = asked.length;
      const victims = servers.filter(() => random() < 0.8);
      const deaths = new Map(victims.map((victim) => [victim, first + 1 + Math.floor(random() * round)]));
      await Promise.all(PLUGINS.map((plugin) => operate(plugin, first + round, deaths)));
      for (const server of deaths.keys()) await stopServer(server);
      killed += deaths.size;
      const next = await Promise.all(servers.map((server) => (deaths.has(server) ? start() : server)));
      servers.splice(0, servers.length, ...next);
      await checkStates(open(), known, servers, note);
    }
  } finally {
    await Promise.all(servers.map(stopServer));
  }

  await checkRecord(open(), asked, note);
  // Otherwise the test has checked nothing.
  const confirmed = asked.filter(({ isConfirmed }) => isConfirmed);
  expect(confirmed.length, note).toBeGreaterThan(acts / 4);
  expect(confirmed.length, note).toBeLessThan(asked.length);
  for (const name of ['trust', 'accept', 'roll-back', 'revoke'])
    expect(confirmed.filter(({ names }) => names.includes(name)).length, `${name} ${note}`).toBeGreaterThan(
      acts / 40,
    );
}
