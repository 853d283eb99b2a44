import {
  bundlesOf,
  messageOf,
  readDecision,
  revokePath,
  sandboxFrontendUrl,
  trustPath,
  type Code,
  type ListedComponent,
  type Plugin,
} from '../contract/index.ts';
import { createFailure } from './failures.ts';
import { versionOf } from './trust.ts';

/** A decision about a plugin: its code runs in the page, or in sandboxed frames, or not at all (CONTRACT T). */
export type Decision = 'trusted' | 'sandboxed' | 'revoked';

/** Bundles by file name, each with its SHA-256. */
export type Bundles = Readonly<Record<string, string>>;

/** The server's description of a plugin after a decision about its trust: its answer, or its entry in the list. */
interface Described {
  trusted: unknown;
  sandboxed?: unknown;
  components: readonly ListedComponent[];
}

/**
 * Compares a decision with the server's description of the plugin (CONTRACT P3). A host API without hashes is not compared by hash.
 *
 * @param shown The hashes that the operator saw, by file name.
 * @returns The first difference in words, `undefined` if there is none.
 */
function contradictionOf(
  { trusted, sandboxed, components }: Described,
  decision: Decision,
  shown?: Bundles,
): string | undefined {
  if (trusted !== (decision === 'trusted')) return `trusted is ${String(trusted)}`;
  // Older servers do not send it.
  if (Boolean(sandboxed) !== (decision === 'sandboxed')) return `sandboxed is ${String(sandboxed)}`;
  const named = bundlesOf(components, versionOf);
  if (!shown || !named) return undefined;
  const other = Object.keys({ ...shown, ...named }).filter(
    (file) => !file.endsWith('.map') && shown[file] !== named[file],
  );
  return other.length > 0 ? `other bytes of ${other.join(', ')} than the ones shown` : undefined;
}

/** Makes the error of a decision that the server did not confirm. */
const unconfirmed = (pluginId: string, message: string) =>
  createFailure({ code: 'CONSENT_UNCONFIRMED', details: { pluginId, message } });

/** A list of plugins; unless it is `ready`, it is only a part. */
interface KnownPlugins {
  status: string;
  plugins: readonly Plugin[];
}

/**
 * Whether plugins may run other bytes than before, or an operator has declined some. Plugins that a part of the list lacks have not
 * changed.
 */
export function haveGrantsChanged({ status, plugins }: KnownPlugins, next: readonly Plugin[]): boolean {
  const grantsIn = (list: readonly Plugin[]) =>
    list
      .filter(
        ({ id, trusted, sandboxed, declined }) =>
          (trusted || sandboxed || declined) &&
          (status === 'ready' || plugins.some((known) => known.id === id)),
      )
      .map(({ id, sandboxed, declined, components }) =>
        [id, sandboxed, declined, ...components.map((one) => [one.name, versionOf(one)])].join(),
      )
      .toSorted()
      .join();
  return grantsIn(plugins) !== grantsIn(next);
}

const PATHS: Record<Decision, (pluginId: string) => string> = {
  trusted: trustPath,
  sandboxed: sandboxFrontendUrl,
  revoked: revokePath,
};

/** Parses JSON; `undefined` if it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sends a request to the host API. Rejects with an error of the code for the answer's status. */
export type Send = (path: string, init: RequestInit, codeOf: (status: number) => Code) => Promise<Response>;

/** Requests a decision, and checks that the answer confirms it (CONTRACT P3). */
export async function requestDecision(send: Send, pluginId: string, decision: Decision, bundles?: Bundles) {
  const json = bundles && {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ bundles }),
  };
  const response = await send(PATHS[decision](pluginId), { method: 'POST', ...json }, (status) =>
    status < 500 ? 'CONSENT_REFUSED' : 'API_FAILED',
  );
  const text = (await response.text().catch(messageOf)).trim();
  const answer = readDecision(parse(text), pluginId);
  const found = answer
    ? contradictionOf(answer, decision, bundles)
    : `HTTP ${response.status}${text && `: ${text.slice(0, 80)}`}`;
  if (found) throw await unconfirmed(pluginId, found);
}

/** The parts of a list of plugins that a decision needs. */
export interface DecidedList {
  getSnapshot(): KnownPlugins;
  /** Records the decision at the host API. */
  record(pluginId: string, decision: Decision, bundles?: Bundles): Promise<void>;
  /** Publishes plugins of which one has lost its trust. */
  publishRevoked(plugins: readonly Plugin[]): void;
  loadAll(): Promise<void>;
  refresh(): Promise<void>;
  /** Reads the whole list again; `undefined` if that failed. */
  readAgain(): Promise<readonly Plugin[] | undefined>;
  notifyTabs(): void;
}

/**
 * Records a decision about trust, and reads it back from the whole list.
 *
 * @param shown The bytes that the operator consents to; those in the list by default.
 */
export async function decide(
  list: DecidedList,
  pluginId: string,
  decision: Decision,
  shown?: Bundles,
): Promise<void> {
  const listed = () => list.getSnapshot().plugins.find(({ id }) => id === pluginId);
  if (decision !== 'revoked') {
    if (!listed()) await list.loadAll();
    shown ??= bundlesOf(listed()?.components);
  }
  try {
    await list.record(pluginId, decision, shown);
  } catch (error) {
    await list.refresh();
    throw error;
  }
  // Before the list is read again, since that may be slow or fail.
  if (decision === 'revoked')
    list.publishRevoked(
      list.getSnapshot().plugins.map((plugin) =>
        plugin.id === pluginId
          ? {
              ...plugin,
              trusted: false,
              sandboxed: false,
              needs_consent: true,
              revoked_bytes: plugin.components.some(({ changed }) => changed) ? 'other' : 'same',
            }
          : plugin,
      ),
    );
  list.notifyTabs();
  const plugin = (await list.readAgain())?.find(({ id }) => id === pluginId);
  const found = plugin && contradictionOf(plugin, decision, shown);
  if (found) throw await unconfirmed(pluginId, found);
}
