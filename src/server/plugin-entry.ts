import { PLUGIN_LIMITS } from '../contract/index.ts';
import type { FrontendBlock, PluginEntry, PluginFacts } from '../contract/index.ts';
import { checkLimit, jsonBytes } from '../contract/words.ts';
import { createInstallRecords, signatureFacts } from './install-record.ts';
import { lineOf } from './manifest-facts.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import type { ServerOptions } from './server-options.ts';
import { sha256Of } from './trust/grant.ts';
import type { DecisionFacts, Grant } from './trust/store.ts';
import { isWaiting, waitingFacts } from './waiting-facts.ts';

/** The largest length of the place from which a plugin was installed, in characters. */
const MAX_PLACE = 500;

/** A plugin with what its entry in the list is made of. */
export interface DescribedPlugin extends Pick<PluginEntry, 'dashboards'> {
  plugin: DeclaredPlugin;
  grant: Grant | undefined;
  frontend: FrontendBlock;
}

/** Checks the size of an entry (CONTRACT M5). @throws {WidgetError} `PLUGIN_TOO_LARGE` */
function checkEntry(entry: PluginEntry): PluginEntry {
  const bytes = jsonBytes(entry);
  if (bytes <= PLUGIN_LIMITS.entry) return entry;
  const { components } = entry.frontend;
  const found = components.flatMap(({ findings, consented }) => [findings ?? [], consented?.findings ?? []]);
  checkLimit('entry', bytes, {
    pluginId: entry.id,
    place: 'Its entry in the list',
    unit: `bytes (${jsonBytes(found)} of them are findings about its bundles)`,
  });
  return entry;
}

/** Adds a revision, the first 128 bits of the hash of the entry: a plugin’s author cannot make two entries with the same one. */
export const withRevision = (entry: PluginEntry): PluginEntry => ({
  ...entry,
  revision: Buffer.from(sha256Of(Buffer.from(JSON.stringify(entry))), 'hex').toString('base64url', 0, 16),
});

/** Whose decision counts, and since when. A time that NousViz 1.0 has not recorded is the beginning of 1970. */
const decisionOf = ({ who, when }: Grant): Pick<PluginFacts, 'trusted_by' | 'trusted_at'> => ({
  trusted_by: who,
  ...(Date.parse(when) > 0 && { trusted_at: when }),
});

/** The facts that only the server states, or that it has checked. A manifest may have any value under their names. */
const FACTS: Readonly<Record<keyof PluginFacts, true>> = {
  author: true,
  homepage: true,
  repository: true,
  license: true,
  description: true,
  installed_from: true,
  signed_by: true,
  signer: true,
  needs: true,
  update_needs: true,
  trusted_by: true,
  trusted_at: true,
  accepted_version: true,
  declined: true,
  declined_by: true,
  declined_at: true,
  revoked_by: true,
  revoked_at: true,
  revoked_bytes: true,
};

/** Returns the manifest with an entry, which comes last, so that a manifest cannot declare itself trusted. */
export function withManifest({ document }: DeclaredPlugin, entry: PluginEntry): PluginEntry {
  const others = Object.entries(document).filter(([key]) => !Object.hasOwn(FACTS, key));
  return { ...Object.fromEntries(others), ...entry };
}

/** Makes a plugin's entry. @throws {WidgetError} `PLUGIN_TOO_LARGE` if it is too large. */
export type MakeEntry = (described: DescribedPlugin, recorded?: DecisionFacts) => Promise<PluginEntry>;

/** The options of {@link createEntries}. */
export type EntryOptions = Pick<ServerOptions, 'installedFrom' | 'ignoreEngines'>;

/** Makes the function that makes entries. */
export function createEntries({
  installedFrom = () => undefined,
  ignoreEngines = [],
}: EntryOptions = {}): MakeEntry {
  const recordOf = createInstallRecords();

  async function placeOf(id: string): Promise<string | undefined> {
    try {
      return lineOf(await installedFrom(id), MAX_PLACE);
    } catch (thrown) {
      // The list does not depend on the host's knowledge of one plugin.
      console.error(`${id}: the option "installedFrom" of createServer failed:`, thrown);
      return undefined;
    }
  }

  /** What the plugin needs of a page, unless an option says that the host ignores it. */
  function needsFacts(
    { plugin: { id, version, needs }, grant }: DescribedPlugin,
    recorded: DecisionFacts | undefined,
  ): Pick<PluginFacts, 'needs' | 'update_needs'> {
    if (needs === undefined || ignoreEngines.includes(id)) return {};
    // The manifest is that of the bytes on the disk. Those of an earlier version have needs of their own, which nobody has recorded.
    const accepted = grant && recorded?.version;
    return accepted === undefined || accepted === version ? { needs } : { update_needs: needs };
  }

  return async (described, recorded) => {
    const { plugin, grant, frontend, dashboards } = described;
    const { id, name, display_name, version } = plugin;
    const place = await placeOf(id);
    // A part of the list has it for plugins that wait for a decision, and for the own one, which alone has dashboards there.
    const record = dashboards || isWaiting(frontend) ? await recordOf(plugin.folder) : undefined;
    const facts = {
      ...plugin.facts,
      ...(place !== undefined && { installed_from: place }),
      ...signatureFacts(record, frontend),
      ...needsFacts(described, recorded),
      ...(grant && decisionOf(grant)),
      ...(isWaiting(frontend) && waitingFacts(grant, recorded)),
    };
    const entry = { id, name, display_name, version, ...(dashboards && { dashboards }), frontend };
    // The facts have limits of their own, so that `nousviz-widget check` finds the same size as a server.
    return { ...checkEntry(entry), ...facts };
  };
}
