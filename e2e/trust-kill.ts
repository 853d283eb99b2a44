import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TrustStore } from '@nousviz/widget-runtime/server';
import { expect } from 'vitest';

const FILE = 'Widget.js';
const textOf = (who: string) => `export default () => ${JSON.stringify(who)};\n`;
const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

/** A server in its own process and the URL of its plugin list. */
export interface TrustServer {
  process: ChildProcess;
  url: string;
}

/** Starts e2e/trust-server.js. */
export async function startServer(...args: string[]): Promise<TrustServer> {
  const program = fileURLToPath(new URL('./trust-server.js', import.meta.url));
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [port] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error('The server ended before it was ready.'))),
  ]);
  return { process: child, url: `http://127.0.0.1:${port}/api/plugins` };
}

export async function stopServer({ process: child }: TrustServer): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Writes a plugin with one component, whose bundle contains the name of the consenting operator. */
export async function writePlugin(plugins: string, id: string, who: string): Promise<void> {
  const folder = join(plugins, id);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, FILE), textOf(who));
  await writeFile(
    join(folder, 'plugin.yaml'),
    `id: ${id}\nfrontend: {components: [{name: Widget, path: ${FILE}}]}\n`,
  );
}

/** One consent or revoke, requested over HTTP in the name of `who`. */
export interface Act {
  plugin: string;
  who: string;
  action: 'trust' | 'revoke';
}

/** Requests one act. Rejects without an answer. @returns the answer's status */
export async function requestAct(server: TrustServer, { plugin, who, action }: Act): Promise<number> {
  const path = action === 'trust' ? 'trust-frontend' : 'revoke-frontend-trust';
  const response = await fetch(`${server.url}/${plugin}/${path}`, {
    method: 'POST',
    headers: { 'x-who': who },
    body: action === 'trust' ? JSON.stringify({ bundles: { [FILE]: sha256Of(textOf(who)) } }) : null,
  });
  await response.text();
  return response.status;
}

/** Returns who consented to the bundle that a server serves, or `undefined` if it refuses. */
export async function runningOn(server: TrustServer, plugin: string): Promise<string | undefined> {
  const response = await fetch(`${server.url}/${plugin}/widget/${FILE}`);
  const text = await response.text();
  if (response.status === 403) return undefined;
  expect(response.status, text).toBe(200);
  return JSON.parse(text.slice('export default () => '.length, -2));
}

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
  /** The recorded acts, oldest first. */
  history(): Promise<Act[]>;
}

const PLUGINS = ['a', 'b', 'c', 'd', 'e', 'f'];
const ACTS = 200;
const ACTS_PER_ROUND = 16;

/**
 * Sends consents and revokes to two servers with the same storage while one or both are killed at random. After each kill, every
 * confirmed act must hold unless a later request took effect, and nothing else may be trusted.
 */
export async function killServers({ plugins, args, open, history }: TrustHome): Promise<void> {
  const seed = Number(process.env.SEED ?? Date.now() % 1e9);
  const random = randomFrom(seed);
  const note = `with SEED=${seed}`;
  /** The possible states of each plugin: the last confirmed act and the later requests. */
  const possible = new Map<string, (Act | undefined)[]>(PLUGINS.map((plugin) => [plugin, [undefined]]));
  const answered: Act[] = [];
  let asked = 0;

  for (const plugin of PLUGINS) await writePlugin(plugins, plugin, 'nobody');
  const start = () => startServer(plugins, ...args);
  const servers = [await start(), await start()];
  const isAlive = ({ process: child }: TrustServer) => child.exitCode === null && !child.killed;

  /** Sends acts on one plugin, one after another, until the round ends. */
  async function operate(plugin: string, end: number, deaths: Map<TrustServer, number>) {
    for (;;) {
      const alive = servers.filter(isAlive);
      const server = alive[Math.floor(random() * alive.length)];
      if (!server || asked >= end) return;
      asked += 1;
      const act: Act = { plugin, who: `${asked}`, action: random() < 0.6 ? 'trust' : 'revoke' };
      if (act.action === 'trust') await writePlugin(plugins, plugin, act.who);
      possible.get(plugin)!.push(act);
      const isDue = (victim: TrustServer) => asked >= (deaths.get(victim) ?? Infinity);
      for (const victim of alive.filter(isDue))
        void wait(random() * 15).then(() => victim.process.kill('SIGKILL'));
      const status = await requestAct(server, act).catch(() => undefined);
      if (status === undefined) continue;
      // A confirmed act must already be safe.
      if (isDue(server)) server.process.kill('SIGKILL');
      expect(status, note).toBe(200);
      possible.set(plugin, [act]);
      answered.push(act);
    }
  }

  async function check() {
    const store = open();
    const grants = await store.grants();
    for (const [plugin, acts] of possible) {
      const grant = grants.get(plugin);
      const states = acts.map((act) => (act?.action === 'trust' ? act.who : undefined));
      expect(states, `${plugin} ${note}`).toContain(grant?.who);
      if (!grant) continue;
      const text = textOf(grant.who);
      expect(grant.bundles, note).toEqual({ [FILE]: sha256Of(text) });
      const hashes = [sha256Of(text), ...(grant.earlier?.[FILE] ?? [])];
      for (const hash of hashes) {
        const bytes = await store.bytes(hash);
        expect(bytes && sha256Of(Buffer.from(bytes).toString()), note).toBe(hash);
      }
    }
    expect([...grants.keys()].filter((plugin) => !possible.has(plugin))).toEqual([]);
    for (const server of servers)
      for (const plugin of PLUGINS)
        expect(await runningOn(server, plugin), `${plugin} ${note}`).toBe(grants.get(plugin)?.who);
  }

  let kills = 0;
  try {
    for (;;) {
      const end = asked + ACTS_PER_ROUND;
      const victims = servers.filter(() => random() < 0.6);
      const deaths = new Map(
        victims.map((victim) => [victim, asked + 1 + Math.floor(random() * ACTS_PER_ROUND)]),
      );
      await Promise.all(PLUGINS.map((plugin) => operate(plugin, end, deaths)));
      for (const [index, server] of servers.entries()) {
        if (!deaths.has(server)) continue;
        await stopServer(server);
        kills += 1;
        servers[index] = await start();
      }
      await check();
      if (asked >= ACTS) break;
    }
  } finally {
    await Promise.all(servers.map(stopServer));
  }

  const recorded = await history();
  const names = (acts: Act[]) => acts.map(({ plugin, action, who }) => `${plugin} ${action} ${who}`);
  const all = names(recorded);
  expect(new Set(all).size, `each act is recorded once, ${note}`).toBe(all.length);
  expect(all, note).toEqual(expect.arrayContaining(names(answered)));
  // Otherwise the test has checked nothing.
  expect(kills, note).toBeGreaterThan(4);
  expect(answered.length, note).toBeGreaterThan(ACTS / 4);
  expect(asked - answered.length, note).toBeGreaterThan(0);
}
