import { useDeferredValue, useMemo, useState } from 'react';
import type { Plugin, RefusedPlugin } from '../contract/index.ts';
import { useHost, usePlugins } from '../react/index.ts';
import { stoppedState } from './stopped-state.ts';

/** The state of a plugin, for a list of plugins. */
export type PluginState =
  'waiting' | 'declined' | 'revoked' | 'changed' | 'kept' | 'trusted' | 'sandboxed' | 'none';

/** Which plugins are shown. */
export type PluginFilter = PluginState | 'all' | 'off' | 'refused';

/** How a state looks: code runs as decided, something waits, or neither. */
const TONES = {
  waiting: 'waiting',
  declined: 'plain',
  revoked: 'plain',
  changed: 'waiting',
  kept: 'good',
  trusted: 'good',
  sandboxed: 'good',
  none: 'plain',
} as const satisfies Record<PluginState, string>;

/** A plugin in the list. */
export interface PluginRow {
  plugin: Plugin;
  state: PluginState;
  /** How a label of the state looks. */
  tone: (typeof TONES)[PluginState];
  /** Where accepted code runs, if the state is about other code. */
  verdict: 'trusted' | 'sandboxed' | undefined;
  /** Whether its code is switched off on this page. */
  isOff: boolean;
}

/** The list of plugins with search and filter. */
export interface PluginSettingsData {
  status: 'loading' | 'ready' | 'failed';
  /** The plugins that match, by name. */
  rows: readonly PluginRow[];
  /** The plugins that could not be read and match. */
  refused: readonly RefusedPlugin[];
  /** The number of all plugins. */
  total: number;
  /** The filters that at least one plugin matches, each with the number of its plugins. */
  counts: ReadonlyMap<PluginFilter, number>;
  search: string;
  setSearch(search: string): void;
  filter: PluginFilter;
  setFilter(filter: PluginFilter): void;
}

function stateOf(plugin: Plugin): PluginState {
  const { components, trusted, sandboxed, declined } = plugin;
  if (components.length === 0) return 'none';
  if (!trusted && !sandboxed) return stoppedState(plugin);
  if (components.some(({ changed }) => changed)) return declined ? 'kept' : 'changed';
  return sandboxed ? 'sandboxed' : 'trusted';
}

const verdictOf = ({ sandboxed }: Plugin, state: PluginState) =>
  state === 'changed' || state === 'kept' ? (sandboxed ? 'sandboxed' : 'trusted') : undefined;

const textOf = ({ id, display_name, author, description, trusted_by }: Plugin) =>
  [id, display_name, author, description, trusted_by].join('\n').toLowerCase();

const FILTERS: readonly PluginFilter[] = [
  'all',
  'waiting',
  'declined',
  'revoked',
  'changed',
  'kept',
  'trusted',
  'sandboxed',
  'off',
  'none',
  'refused',
];

const matches = ({ state, verdict, isOff }: PluginRow, filter: PluginFilter) =>
  filter === 'all' || filter === state || filter === verdict || (filter === 'off' && isOff);

/** Returns the list of plugins for a settings page. */
export function usePluginSettings(): PluginSettingsData {
  const { disablePlugins } = useHost();
  const { status, plugins, refused } = usePlugins();
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<PluginFilter>('all');
  const wanted = useDeferredValue(search).trim().toLowerCase();
  return useMemo(() => {
    const isOff = (id: string) => disablePlugins === true || (disablePlugins && disablePlugins.includes(id));
    const all = plugins
      .map((plugin): PluginRow => {
        const state = stateOf(plugin);
        return {
          plugin,
          state,
          tone: TONES[state],
          verdict: verdictOf(plugin, state),
          isOff: isOff(plugin.id),
        };
      })
      .toSorted((one, other) => one.plugin.display_name.localeCompare(other.plugin.display_name));
    const counts = new Map(
      FILTERS.map((name) => [
        name,
        (name === 'all' || name === 'refused' ? refused.length : 0) +
          all.filter((row) => matches(row, name)).length,
      ]),
    );
    return {
      status,
      rows: all.filter((row) => matches(row, filter) && textOf(row.plugin).includes(wanted)),
      refused:
        filter === 'all' || filter === 'refused' ? refused.filter(({ id }) => id.includes(wanted)) : [],
      total: plugins.length + refused.length,
      counts: new Map([...counts].filter(([name, count]) => count > 0 || name === filter)),
      search,
      setSearch,
      filter,
      setFilter,
    };
  }, [status, plugins, refused, disablePlugins, search, wanted, filter]);
}
