import type { Bytes, ListedComponent, PluginFacts, RefusedPlugin } from './host-api.ts';
import { isRecord } from './data.ts';
import { collectIn, isMatch, overLimit, PLUGIN_ID, SHA256, type Issue } from './issues.ts';
import { readComponents, readDashboards, type DashboardRef } from './manifest.ts';

/** A plugin of the list, as it was read (CONTRACT P1). */
export interface Plugin extends PluginFacts {
  id: string;
  name: string;
  display_name: string;
  version: string;
  dashboards: DashboardRef[];
  components: ListedComponent[];
  trusted: boolean;
  needs_consent: boolean;
  /** Changes with everything else in the entry; absent if the host API has none (NousViz 1.0). */
  revision?: string;
  /** Whether its components run in frames only, never in the page (CONTRACT T6). */
  sandboxed?: boolean;
}

/** An entry that is left out of the list because it breaks a rule. */
export interface InvalidEntry {
  /** The plugin's id, or the entry's place in the list. */
  id: string;
  issue: Issue;
}

/** The readable part of the answer to `GET /api/plugins`. */
export interface PluginListAnswer {
  plugins: Plugin[];
  /** The host API's own refusals. */
  refused: RefusedPlugin[];
  invalid: InvalidEntry[];
  /** For a part of the list: the component names that it is complete for, as the dashboard spells them. */
  enoughFor?: readonly string[];
}

/** Copies findings, which the host API sends only with the first component of a file, to the other components of that file. */
function shareFindings(components: readonly ListedComponent[]): ListedComponent[] {
  const firsts = new Map<string, ListedComponent>();
  return components.map((component) => {
    const first = firsts.get(component.path);
    if (!first) firsts.set(component.path, component);
    const shared = { ...(first?.findings && { findings: first.findings }), ...component };
    const before = first?.consented?.findings;
    return before && shared.consented
      ? { ...shared, consented: { findings: before, ...shared.consented } }
      : shared;
  });
}

function readPlugin(
  entry: unknown,
  place: string,
  { seen, known, issues }: { seen: Set<unknown>; known: KnownPlugins; issues: Issue[] },
): Plugin | undefined {
  const report = collectIn(issues);
  if (!isRecord(entry)) return report({ place, value: entry, rule: 'mapping' });
  const { id } = entry;
  if (!isMatch(PLUGIN_ID, id)) return report({ place: `${place}.id`, value: id, rule: 'pluginId' });
  if (seen.has(id)) return report({ place: `${place}.id`, value: id, rule: 'unique' });
  seen.add(id);
  const before = known.get(id);
  if (before?.revision && before.revision === entry.revision) return before;
  const frontend = isRecord(entry.frontend) ? entry.frontend : {};
  const entries: unknown[] = Array.isArray(frontend.components) ? frontend.components : [];
  const declared = readComponents(frontend.components, report);
  const dashboards = readDashboards(entry.dashboards);
  report(overLimit('dashboards', dashboards.length, `${place}.dashboards`));
  if (issues.length > 0) return undefined;
  // No component was left out, so entries and components have the same order.
  const components = declared.map((component, index) => ({
    ...component,
    ...stateOf(entries[index] as Record<string, unknown>),
  }));
  // The texts of an entry are facts for operators. No text is a verdict.
  const { sandboxed: _, ...fields } = entry;
  const texts: Record<string, string> = Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string'),
  );
  const { name = id, display_name = name, version = '' } = texts;
  const declares = components.length > 0;
  const sandboxed = declares && frontend.sandboxed === true;
  const trusted = declares && !sandboxed && frontend.trusted === true;
  return {
    ...texts,
    id,
    name,
    display_name,
    version,
    dashboards,
    components: shareFindings(components),
    trusted,
    needs_consent: declares && !trusted && !sandboxed,
    ...(sandboxed && { sandboxed }),
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

/** Reads what a host API says about a component's bytes. NousViz 1.0 does not describe bytes, so every field may be absent. */
export function stateOf(entry: Record<string, unknown>): Partial<ListedComponent> {
  const { exists_on_disk, changed, consented, map } = entry;
  return {
    ...bytesOf(entry),
    ...(typeof exists_on_disk === 'boolean' && { exists_on_disk }),
    ...(isMatch(SHA256, map) && { map }),
    ...(changed === true && { changed }),
    ...(isRecord(consented) && { consented: bytesOf(consented) }),
    ...(consented === null && { consented }),
  };
}

const idOf = (entry: unknown) => (isRecord(entry) && typeof entry.id === 'string' ? entry.id : undefined);

/** The list, or the reason why the whole answer cannot be read. */
export type ReadPluginList = { list: PluginListAnswer; issue?: never } | { list?: never; issue: Issue };

/** The plugins of an earlier answer, by id. */
type KnownPlugins = ReadonlyMap<string, Plugin>;

/**
 * Reads the answer to `GET /api/plugins` in steps. An entry that breaks a rule is left out; the others stay (CONTRACT P1). It yields
 * after each entry, with a number that grows with the work.
 *
 * @param known The plugins of an earlier answer; an entry of the same revision is not read again.
 */
export function* stepsOfPluginList(
  answer: unknown,
  known: KnownPlugins = new Map(),
): Generator<number, ReadPluginList> {
  if (!isRecord(answer)) return { issue: { place: 'the answer', value: answer, rule: 'mapping' } };
  const entries = answer.plugins;
  if (!Array.isArray(entries)) return { issue: { place: 'plugins', value: entries, rule: 'list' } };
  const list: PluginListAnswer = { plugins: [], refused: [], invalid: [] };
  const seen = new Set();
  for (const [index, entry] of entries.entries()) {
    const place = `plugins[${index}]`;
    const issues: Issue[] = [];
    const plugin = readPlugin(entry, place, { seen, known, issues });
    if (plugin) list.plugins.push(plugin);
    else list.invalid.push({ id: idOf(entry) ?? place, issue: issues[0]! });
    yield 1 + (plugin?.components.length ?? 0);
  }
  // The host API's own refusals, of plugins that are not in its list.
  for (const entry of Array.isArray(answer.refused) ? answer.refused : []) {
    const { id, detail } = isRecord(entry) ? entry : {};
    if (typeof id === 'string' && typeof detail === 'string') list.refused.push({ id, detail });
  }
  const names = isRecord(answer.dashboard) ? answer.dashboard.components : undefined;
  if (Array.isArray(names)) list.enoughFor = names.filter((name) => typeof name === 'string');
  return { list };
}

/** Reads the answer to `GET /api/plugins` in one step. */
export function readPluginList(answer: unknown): ReadPluginList {
  const steps = stepsOfPluginList(answer);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
