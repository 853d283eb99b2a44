import type { FrontendBlock, ListedComponent } from '../contract/index.ts';
import type { DiskBundles } from './bundle-file.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import { oncePerTurn } from './share.ts';
import { BY_OPTION } from './trust/act.ts';
import { lineOf } from './manifest-facts.ts';
import type { DecisionFacts, Grant, TrustStore } from './trust/store.ts';
import type { SuspendingStore } from './trust/suspending.ts';
import { diskHashes, isWaiting } from './waiting-facts.ts';

/** Returns the hash of the bytes that run for a file name, those of the last consent (CONTRACT T4). */
export const consentedOf = ({ bundles }: Grant, filename: string): string | undefined =>
  bundles && Object.hasOwn(bundles, filename) ? bundles[filename] : undefined;

/** Whether a grant covers bytes of a file: those that run, or bytes of an earlier consent since trust was last revoked. */
export const covers = (grant: Grant, filename: string, sha256: string): boolean =>
  consentedOf(grant, filename) === sha256 ||
  (grant.earlier !== undefined &&
    Object.hasOwn(grant.earlier, filename) &&
    grant.earlier[filename]!.includes(sha256));

/** Whether a grant lets the plugin run in the page. */
export const isTrusted = (grant: Grant | undefined): grant is Grant =>
  grant !== undefined && grant.verdict === undefined;

/** Whether a grant lets the plugin run in frames, and there only. */
export const isSandboxed = (grant: Grant | undefined): boolean => grant?.verdict === 'sandboxed';

/** Makes the fields of a plugin's block that follow from its grant (CONTRACT P1, T6). */
export const verdictOf = (
  { components }: DeclaredPlugin,
  grant: Grant | undefined,
): Omit<FrontendBlock, 'components'> => ({
  trusted: isTrusted(grant),
  needs_consent: components.length > 0 && !grant,
  ...(isSandboxed(grant) && { sandboxed: true }),
});

/**
 * Describes a trusted or sandboxed plugin's components by the bytes that run, without reading the disk. A component that was added after the
 * consent is left out.
 * @returns `undefined` for a plugin without a grant.
 */
export function consentedBlock(plugin: DeclaredPlugin, grant: Grant | undefined): FrontendBlock | undefined {
  if (!grant) return undefined;
  const components = plugin.components.flatMap((component): ListedComponent[] => {
    const sha256 = consentedOf(grant, component.filename);
    return sha256 === undefined ? [] : [{ ...component, exists_on_disk: true, sha256 }];
  });
  return { components, ...verdictOf(plugin, grant) };
}

/** Returns the version of a plugin with the bytes on its disk, for a record. */
export const versionNow = ({ version }: DeclaredPlugin): { version?: string } => {
  const line = lineOf(version);
  return line === undefined ? {} : { version: line };
};

/** Reads the operators' decisions. */
export interface Decisions {
  /** Returns the grant of a trusted or sandboxed plugin. A consent without hashes is first bound to the bytes on disk. */
  decisionOf(plugin: DeclaredPlugin): Promise<Grant | undefined>;
  /** Returns the grants of the trusted and sandboxed plugins. Consents without hashes are first bound to the bytes on disk. */
  decisionsOf(plugins: readonly DeclaredPlugin[]): Promise<ReadonlyMap<string, Grant>>;
  /** Returns the store's grants, of plugins that are installed or not. It reads no plugin. */
  recorded(): Promise<ReadonlyMap<string, Grant>>;
  /** Returns what is recorded about those of the plugins whose bytes wait for a decision, or that need certain versions of a page, by plugin id. */
  factsOf(
    plugins: readonly { plugin: DeclaredPlugin; frontend: FrontendBlock }[],
  ): Promise<ReadonlyMap<string, DecisionFacts>>;
}

/** What the decisions are read from. */
interface DecisionsOptions {
  trust: TrustStore;
  store: SuspendingStore;
  /** Sandboxes each plugin about which there was no decision. */
  sandboxNew: boolean;
  readDisk(plugin: DeclaredPlugin): Promise<DiskBundles>;
}

/** Makes the reader of the decisions. */
export function createDecisions({ trust, store, sandboxNew, readDisk }: DecisionsOptions): Decisions {
  const readGrants = oncePerTurn(store.grants);
  /** The plugins about which there was a decision. */
  const decided = new Set<string>();

  /** Binds a consent without hashes, as NousViz 1.0 writes it, to the bytes on disk: trust on first use. */
  const pin = async (plugin: DeclaredPlugin) => {
    const { bundles, maps } = await readDisk(plugin);
    await trust.pin(plugin.id, new Map([...bundles, ...maps]), versionNow(plugin));
  };

  /** Sandboxes a plugin unless there was a decision about it. */
  async function sandbox(plugin: DeclaredPlugin): Promise<void> {
    const { bundles, maps, problems } = await readDisk(plugin);
    // A plugin that is not complete yet is looked at again.
    if (bundles.size === 0 || problems.length > 0) return;
    const note = { onlyNew: true, ...versionNow(plugin) };
    await store.sandbox(plugin.id, BY_OPTION, new Map([...bundles, ...maps]), note);
    decided.add(plugin.id);
  }

  /** Returns the plugins that a function has to bind to bytes. */
  const pendingOf = (plugins: readonly DeclaredPlugin[], grants: ReadonlyMap<string, Grant>) =>
    plugins.flatMap((plugin) => {
      const grant = grants.get(plugin.id);
      if (grant) return isTrusted(grant) && !grant.bundles ? [{ plugin, bind: pin }] : [];
      return sandboxNew && !decided.has(plugin.id) ? [{ plugin, bind: sandbox }] : [];
    });

  async function decisionsOf(plugins: readonly DeclaredPlugin[]): Promise<ReadonlyMap<string, Grant>> {
    const declaring = plugins.filter(({ components }) => components.length > 0);
    let grants = await readGrants();
    const pending = pendingOf(declaring, grants);
    for (const { plugin, bind } of pending)
      await bind(plugin).catch((thrown: unknown) =>
        // The plugin then does not run; other plugins are not affected.
        console.error(`${plugin.id}: its consent could not be bound to its bundles:`, thrown),
      );
    // Trust may have been revoked meanwhile.
    if (pending.length > 0) grants = await readGrants();
    return new Map(
      declaring.flatMap(({ id }) => {
        const grant = grants.get(id);
        return isTrusted(grant) || isSandboxed(grant) ? [[id, grant!]] : [];
      }),
    );
  }

  return {
    decisionsOf,
    decisionOf: async (plugin) => (await decisionsOf([plugin])).get(plugin.id),
    recorded: readGrants,
    async factsOf(plugins) {
      const asked = new Map(
        plugins.flatMap(({ plugin, frontend }) =>
          isWaiting(frontend) || plugin.engines ? [[plugin.id, diskHashes(frontend)] as const] : [],
        ),
      );
      if (asked.size === 0 || !trust.decisionFacts) return new Map();
      return trust.decisionFacts(asked).catch((thrown: unknown) => {
        // Without the record, pages ask about bytes that an operator has declined.
        console.error(
          `The decisions about ${[...asked.keys()].slice(0, 5).join(', ')} could not be read:`,
          thrown,
        );
        return new Map<string, DecisionFacts>();
      });
    },
  };
}
