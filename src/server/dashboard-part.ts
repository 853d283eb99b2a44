import { LRUCache } from 'lru-cache';
import { bundlePath } from '../contract/index.ts';
import type { FrontendBlock, PartAnswer, PluginEntry } from '../contract/index.ts';
import type { Bundles } from './bundles.ts';
import { consentedBlock, consentedOf, isTrusted } from './decisions.ts';
import { answerOf, type AskedPlugin, type ListedPlugin } from './listed-plugins.ts';
import { componentOf, prefixOf, readOwners } from './name-owners.ts';
import { createConfigChecks } from './panel-configs.ts';
import type { DeclaredPlugin, PluginsReader } from './plugins-folder.ts';
import { createScanAllowance } from './scans.ts';
import type { Grant } from './trust/store.ts';

/** A dashboard's part of the list, and its document as JSON. */
export interface Part {
  answer: PartAnswer;
  document: string;
}

/** What a part is made of. */
interface PartSources {
  own: DeclaredPlugin;
  name: string;
  /** The document as JSON, with the defaults and issues of its panels. */
  document: string;
  components: readonly string[];
  ownersOf(component: string): readonly DeclaredPlugin[];
  /** The plugins that the dashboard's names can resolve to, the own one first. */
  asked: readonly AskedPlugin[];
}

/** A part that is used again while its sources are the same. */
interface MadePart {
  part: Part;
  /** The document, and each plugin, which is the same object until its manifest changes, with its grant. */
  sources: readonly unknown[];
  /** The own plugin's entry as JSON, which more depends on. */
  own: string;
}

/** The total size of the parts that are used again, in characters of JSON; their JSON and tags are each as large. */
export const MAX_MADE = 8_000_000;

/** What the reader of parts needs of the list. */
interface PartOptions {
  /** Makes the entries of plugins. */
  listAll(asked: readonly AskedPlugin[]): Promise<ListedPlugin[]>;
  dashboardsOf(plugin: DeclaredPlugin): Promise<PluginEntry['dashboards']>;
  /** Whether the host knows the places from which plugins were installed, which may change at any moment. */
  hasPlaces: boolean;
}

/** Describes a plugin whose components may all run, without reading the disk. */
function runningBlock(plugin: DeclaredPlugin, grant: Grant | undefined): FrontendBlock | undefined {
  const running = consentedBlock(plugin, grant);
  return running?.components.length === plugin.components.length ? running : undefined;
}

/** Lists the paths of the bundles that the page loads itself, each once. */
function pathsOf({ components, ownersOf, asked }: PartSources): string[] {
  const grants = new Map(asked.map(({ plugin, grant }) => [plugin.id, grant]));
  const paths = components.flatMap((component) => {
    const bare = component.slice(prefixOf(component).length);
    const running = ownersOf(component).flatMap((plugin) => {
      const { filename } = componentOf(plugin, bare) ?? {};
      const grant = grants.get(plugin.id);
      // The page never loads a sandboxed plugin's bundle itself.
      const sha256 = filename && isTrusted(grant) && consentedOf(grant, filename);
      return sha256 ? [bundlePath(plugin.id, filename, sha256)] : [];
    });
    // An ambiguous name has no bundle.
    return running.length === 1 ? running : [];
  });
  return [...new Set(paths)];
}

/** The content of a grant that an entry depends on. A store may change its own object. */
const textOf = (grant: Grant | undefined): string | undefined =>
  grant && JSON.stringify([grant.who, grant.when, grant.verdict, grant.bundles]);

const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);

/**
 * Makes the function that reads the part of the list for a dashboard; it returns `undefined` if the document is not a dashboard. Each
 * call looks at the disk and at the trust store. If nothing has changed, it returns the same object as the call before.
 */
export function createPartReader(
  folder: PluginsReader,
  bundles: Bundles,
  { listAll, dashboardsOf, hasPlaces }: PartOptions,
): (pluginId: string, name: string) => Promise<Part | undefined> {
  const checkConfigs = createConfigChecks();
  const made = new LRUCache<string, MadePart>({ maxSize: MAX_MADE });

  /** Whether the entries of other plugins follow from their manifests and grants alone. */
  const isSettled = ({ plugin, grant }: AskedPlugin): boolean =>
    !hasPlaces &&
    !plugin.engines &&
    (plugin.components.length === 0 || runningBlock(plugin, grant) !== undefined);

  /** Makes a part, or returns the one that was made of the same sources. */
  async function makePart(all: PartSources): Promise<Part> {
    const { own, name, document, components, asked } = all;
    const key = JSON.stringify([own.id, name]);
    const sources = [document, ...asked.flatMap(({ plugin, grant }) => [plugin, textOf(grant)])];
    const before = made.get(key);
    if (before && isSameList(before.sources, sources)) {
      const [listed] = await listAll(asked.slice(0, 1));
      if (JSON.stringify(listed) === before.own) return before.part;
    }
    const listed = await listAll(asked);
    const dashboard = { plugin: own.id, name, components, bundles: pathsOf(all) };
    const part = { answer: { ...answerOf(listed), dashboard }, document };
    if (asked.every(isSettled)) {
      const size = document.length + JSON.stringify(listed).length;
      made.set(key, { part, sources, own: JSON.stringify(listed[0]) }, { size });
    }
    return part;
  }

  return async (pluginId, name) => {
    const { plugin: own } = await folder.find(pluginId);
    if (!own) return undefined;
    // Read while the document is, and not needed without one.
    const dashboards = dashboardsOf(own);
    dashboards.catch(() => undefined);
    // The dashboard's own route reports its errors.
    const declared = await folder.dashboards.find(own, name).catch(() => undefined);
    const document = declared && (await folder.dashboards.read(own, declared).catch(() => undefined));
    if (!document?.components) return undefined;
    const { components } = document;
    const ownersOf = await readOwners(folder, own, components);
    const needed = [...new Set([own, ...components.flatMap(ownersOf)])];
    const grants = await bundles.decisionsOf(needed);
    const scan = createScanAllowance();
    const asked = needed.map((plugin): AskedPlugin => {
      const grant = grants.get(plugin.id);
      const readBlock = () => runningBlock(plugin, grant) ?? bundles.blockOf(plugin, grant, { scan });
      return { plugin, grant, readBlock, ...(plugin === own && { readDashboards: () => dashboards }) };
    });
    const { json } = await checkConfigs(own, declared!, document, (id) => ownersOf(`${id}/`)[0]);
    return makePart({ own, name, document: json, components, ownersOf, asked });
  };
}
