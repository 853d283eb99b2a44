import { isRecord } from './data.ts';
import type { ListedComponent } from './host-api.ts';
import { readComponents } from './manifest.ts';
import { stateOf } from './plugin-list.ts';

/** The answer to a decision about a plugin's trust, as it was read (CONTRACT P3). */
export interface DecisionAnswer {
  trusted: unknown;
  sandboxed: unknown;
  /** With hashes; NousViz 1.0 has none. Components that break a rule are left out. */
  components: ListedComponent[];
}

/** Reads the answer to a decision about a plugin's trust; `undefined` if it is not about this plugin (CONTRACT P3). */
export function readDecision(answer: unknown, pluginId: string): DecisionAnswer | undefined {
  if (!isRecord(answer) || answer.plugin_id !== pluginId) return undefined;
  const { trusted, sandboxed, components } = answer;
  const entries: unknown[] = Array.isArray(components) ? components : [];
  return {
    trusted,
    sandboxed,
    components: entries.flatMap((entry) =>
      readComponents([entry], () => undefined).map((component) => ({
        ...component,
        ...stateOf(entry as Record<string, unknown>),
      })),
    ),
  };
}

/**
 * The hashes of a plugin's bundles and their source maps, by file name; `undefined` if the list has no hashes (NousViz 1.0).
 *
 * @param hashOf Returns the hash of a component. @default the hash of its bytes on the server's disk
 */
export function bundlesOf(
  components: readonly ListedComponent[] = [],
  hashOf = ({ sha256 }: ListedComponent) => sha256,
): Record<string, string> | undefined {
  const hashes = components.flatMap((component) => {
    const hash = hashOf(component);
    if (!hash) return [];
    const { filename, map } = component;
    return [[filename, hash], ...(map ? [[`${filename}.map`, map]] : [])];
  });
  return hashes.length > 0 ? Object.fromEntries(hashes) : undefined;
}
