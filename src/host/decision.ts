import { bundlesOf, type ListedComponent, type Plugin } from '../contract/index.ts';
import { createFailure } from './failures.ts';
import { versionOf } from './trust.ts';

/** The server's description of a plugin after a decision about its trust: its answer, or its entry in the list. */
interface Described {
  trusted: unknown;
  components: readonly ListedComponent[];
}

/**
 * Compares a decision with the server's description of the plugin (CONTRACT P3). A host API without hashes is not compared by hash.
 *
 * @param decision Whether the plugin is now trusted.
 * @param shown The hashes that the operator saw, by file name.
 * @returns The first difference in words, `undefined` if there is none.
 */
export function contradictionOf(
  { trusted, components }: Described,
  decision: boolean,
  shown?: Readonly<Record<string, string>>,
): string | undefined {
  if (trusted !== decision) return `trusted is ${String(trusted)}`;
  const named = bundlesOf(components, versionOf);
  if (!shown || !named) return undefined;
  const other = Object.keys({ ...shown, ...named }).filter((file) => shown[file] !== named[file]);
  return other.length > 0 ? `other bytes of ${other.join(', ')} than the ones shown` : undefined;
}

/** Makes the error of a decision that the server did not confirm. */
export const unconfirmed = (pluginId: string, message: string) =>
  createFailure({ code: 'CONSENT_UNCONFIRMED', details: { pluginId, message } });

/** The bytes of a plugin that may run, as a string to compare. */
const grantOf = ({ trusted, components }: Plugin) =>
  trusted ? components.map((component) => [component.name, versionOf(component)]).join() : '';

/** A list of plugins; unless it is `ready`, it is only a part. */
interface KnownPlugins {
  status: string;
  plugins: readonly Plugin[];
}

/** Whether plugins may run other bytes than before. Plugins that a part of the list lacks have not changed. */
export function haveGrantsChanged({ status, plugins }: KnownPlugins, next: readonly Plugin[]): boolean {
  const before = new Map(plugins.map((plugin) => [plugin.id, grantOf(plugin)]));
  const after = new Map(next.map((plugin) => [plugin.id, grantOf(plugin)]));
  const ids = status === 'ready' ? [...before.keys(), ...after.keys()] : [...before.keys()];
  return ids.some((id) => (before.get(id) ?? '') !== (after.get(id) ?? ''));
}
