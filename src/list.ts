import { isRecord } from './config.ts';
import type { WidgetError } from './errors.ts';
import {
  checkLimit,
  checkOf,
  isMatch,
  parseComponents,
  parseDashboards,
  PLUGIN_ID,
  SHA256,
  type Check,
  type ComponentDeclaration,
  type DashboardRef,
} from './manifest.ts';
import { told } from './told.ts';

/** What the text of a bundle names; a reading aid for who decides, no proof. */
export type Findings = Readonly<
  Partial<Record<'api_paths' | 'hosts' | 'helpers' | 'reaches' | 'imports', readonly string[]>>
>;

/** A bundle's bytes, as far as the host API tells of them. */
export interface Bytes {
  /** SHA-256, lower-case hex. */
  sha256?: string;
  /** Bytes. */
  size?: number;
  /** There where a decision is pending. */
  findings?: Findings;
}

/** A component as the host API lists it; the bytes are those on the server's disk (CONTRACT P1). */
export interface ListedComponent extends ComponentDeclaration, Bytes {
  exists_on_disk?: boolean;
  /** Whether other bytes are on disk than those that were trusted (CONTRACT T4). */
  changed?: boolean;
  /** What runs instead of what changed; `null` where nothing does, since the component came with the change. */
  consented?: Bytes | null;
}

/** A plugin as the host API lists it (CONTRACT P1). */
export interface Plugin {
  id: string;
  name: string;
  display_name: string;
  version: string;
  dashboards: DashboardRef[];
  components: ListedComponent[];
  trusted: boolean;
  needs_consent: boolean;
}

/** A plugin that is left out of the list, and why. */
export interface RefusedPlugin {
  id: string;
  detail: string;
}

/** The list as it is used. */
export interface PluginListAnswer {
  plugins: Plugin[];
  refused: RefusedPlugin[];
  /** Where it is a dashboard's part of the list: the names of components that it is enough for, as the dashboard writes them. */
  enoughFor?: readonly string[];
}

/** Gives each component what the host API tells with the first one of the same file alone. */
function shareFindings(components: readonly ListedComponent[]): ListedComponent[] {
  const firsts = new Map<string, ListedComponent>();
  return components.map((component) => {
    const first = firsts.get(component.path);
    if (!first) firsts.set(component.path, component);
    const told = { ...(first?.findings && { findings: first.findings }), ...component };
    const before = first?.consented?.findings;
    return before && told.consented ? { ...told, consented: { findings: before, ...told.consented } } : told;
  });
}

function parsePlugin(entry: unknown, place: string, seen: Set<unknown>): Plugin {
  const id = idOf(entry);
  const check: Check = checkOf('LIST_INVALID', id);
  check(isRecord(entry), place, entry, 'mapping');
  check(isMatch(PLUGIN_ID, id), `${place}.id`, entry.id, 'pluginId');
  check(!seen.has(id), `${place}.id`, id, 'unique');
  seen.add(id);
  const frontend = isRecord(entry.frontend) ? entry.frontend : {};
  const entries = Array.isArray(frontend.components) ? frontend.components : [];
  const components = parseComponents(frontend.components, id, 'LIST_INVALID').map((component, index) => ({
    ...component,
    ...stateOf(entries[index]),
  }));
  const dashboards = parseDashboards(entry.dashboards);
  checkLimit('dashboards', dashboards.length, { pluginId: id, place: `${place}.dashboards` });
  const text = (value: unknown, fallback: string) => (typeof value === 'string' ? value : fallback);
  const name = text(entry.name, id);
  const trusted = components.length > 0 && frontend.trusted === true;
  return {
    id,
    name,
    display_name: text(entry.display_name, name),
    version: text(entry.version, ''),
    dashboards,
    components: shareFindings(components),
    trusted,
    needs_consent: components.length > 0 && !trusted,
  };
}

function bytesOf({ sha256, size, findings }: Record<string, unknown>): Bytes {
  return {
    ...(isMatch(SHA256, sha256) && { sha256 }),
    ...(typeof size === 'number' && { size }),
    ...(isRecord(findings) && {
      findings: Object.fromEntries(
        Object.entries(findings).map(([topic, found]) => [
          topic,
          [found].flat().filter((one) => typeof one === 'string'),
        ]),
      ),
    }),
  };
}

// A host API may know nothing of bytes (NousViz 1.0), so all of it may be absent.
function stateOf(entry: Record<string, unknown>): Partial<ListedComponent> {
  const { exists_on_disk, changed, consented } = entry;
  return {
    ...bytesOf(entry),
    ...(typeof exists_on_disk === 'boolean' && { exists_on_disk }),
    ...(changed === true && { changed }),
    ...(isRecord(consented) && { consented: bytesOf(consented) }),
    ...(consented === null && { consented }),
  };
}

const idOf = (entry: unknown) => (isRecord(entry) && typeof entry.id === 'string' ? entry.id : undefined);

/**
 * Reads the answer of `GET /api/plugins`; a malformed entry is left out, the others stay (CONTRACT P1).
 * @throws {WidgetError} `LIST_INVALID` where there is no list at all.
 */
export async function parsePluginList(answer: unknown): Promise<PluginListAnswer> {
  const check: Check = checkOf('LIST_INVALID', undefined);
  check(isRecord(answer), 'the answer', answer, 'mapping');
  const entries = answer.plugins;
  check(Array.isArray(entries), 'plugins', entries, 'list');
  const plugins: Plugin[] = [];
  const refused: RefusedPlugin[] = [];
  const seen = new Set();
  for (const [index, entry] of entries.entries()) {
    const place = `plugins[${index}]`;
    try {
      plugins.push(parsePlugin(entry, place, seen));
    } catch (error) {
      refused.push({ id: idOf(entry) ?? place, detail: (await told(error as WidgetError)).message });
    }
  }
  // The host API's own refusals, of plugins that never made it into its list.
  for (const entry of Array.isArray(answer.refused) ? answer.refused : []) {
    if (isRecord(entry)) refused.push({ id: `${entry.id}`, detail: `${entry.detail}` });
  }
  const names = isRecord(answer.dashboard) ? answer.dashboard.components : undefined;
  return {
    plugins,
    refused,
    ...(Array.isArray(names) && { enoughFor: names.filter((name) => typeof name === 'string') }),
  };
}

/** The host API's own words for a refusal, `detail` (CONTRACT P7); nothing where it has none. */
export async function detailOf(response: Response): Promise<string> {
  const answer: unknown = await response.json().catch(() => undefined);
  const detail = isRecord(answer) ? answer.detail : undefined;
  return typeof detail === 'string' ? detail : (JSON.stringify(detail) ?? '');
}

/** The bundles of a plugin as the list shows them, by file name; nothing where it tells no hashes (NousViz 1.0). */
export function bundlesOf(plugins: readonly Plugin[], pluginId: string): Record<string, string> | undefined {
  const components = plugins.find(({ id }) => id === pluginId)?.components ?? [];
  const seen = components.flatMap(({ filename, sha256 }) => (sha256 ? [[filename, sha256]] : []));
  return seen.length ? Object.fromEntries(seen) : undefined;
}
