import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export const FILE = 'Widget.js';
export const textOf = (who: string) => `export default () => ${JSON.stringify(who)};\n`;
export const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

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

/** One decision, requested over HTTP in the name of `who`. */
export interface Act {
  plugin: string;
  who: string;
  /** `trust` stands for every consent to the bytes on the disk, whatever the record names it. */
  action: 'trust' | 'roll-back' | 'revoke';
  /** The operator who first consented to the bytes, which contain the name. @default `who` */
  text?: string;
}

/** Returns the operator whose bytes an act consents to. */
export const bytesOf = ({ who, text = who }: Act) => text;

/** Requests one act. Rejects without an answer. @returns the answer's status */
export async function requestAct(server: TrustServer, act: Act): Promise<number> {
  const isRevoke = act.action === 'revoke';
  const path = isRevoke ? 'revoke-frontend-trust' : 'trust-frontend';
  const bundles = { [FILE]: sha256Of(textOf(bytesOf(act))) };
  const response = await fetch(`${server.url}/${act.plugin}/${path}`, {
    method: 'POST',
    headers: { 'x-who': act.who },
    body: isRevoke ? null : JSON.stringify({ bundles }),
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
