import { bundlesOf, type ListedComponent, type Plugin } from '../contract/index.ts';
import { createFailure } from './failures.ts';
import { versionOf } from './trust.ts';

/** A decision about a plugin: its code runs in the page, or in sandboxed frames, or not at all (CONTRACT T). */
export type Decision = 'trusted' | 'sandboxed' | 'revoked';

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
export function contradictionOf(
  { trusted, sandboxed, components }: Described,
  decision: Decision,
  shown?: Readonly<Record<string, string>>,
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
export const unconfirmed = (pluginId: string, message: string) =>
  createFailure({ code: 'CONSENT_UNCONFIRMED', details: { pluginId, message } });

/** A list of plugins; unless it is `ready`, it is only a part. */
interface KnownPlugins {
  status: string;
  plugins: readonly Plugin[];
}

/** Whether plugins may run other bytes than before. Plugins that a part of the list lacks have not changed. */
export function haveGrantsChanged({ status, plugins }: KnownPlugins, next: readonly Plugin[]): boolean {
  const grantsIn = (list: readonly Plugin[]) =>
    list
      .filter(
        ({ id, trusted, sandboxed }) =>
          (trusted || sandboxed) && (status === 'ready' || plugins.some((known) => known.id === id)),
      )
      .map(({ id, sandboxed, components }) =>
        [id, sandboxed, ...components.map((one) => [one.name, versionOf(one)])].join(),
      )
      .toSorted()
      .join();
  return grantsIn(plugins) !== grantsIn(next);
}
