import type { ComponentDeclaration } from '../contract/index.ts';
import type { DeclaredPlugin, PluginsReader } from './plugins-folder.ts';

/** Returns the component that a plugin declares under a name. */
export const componentOf = ({ components }: DeclaredPlugin, name: string): ComponentDeclaration | undefined =>
  components.find((component) => component.name === name);

/** Returns the plugin id of a full name with its slash: `sales/` for `sales/Chart`, an empty string for `Chart`. */
export const prefixOf = (name: string): string => name.slice(0, name.indexOf('/') + 1);

/** Finds the plugins that a name on a plugin's dashboard can resolve to, trusted or not (CONTRACT D4). */
export async function readOwners(
  folder: PluginsReader,
  own: DeclaredPlugin,
  names: readonly string[],
): Promise<(name: string) => readonly DeclaredPlugin[]> {
  const prefixes = [...new Set(names.filter((name) => !componentOf(own, name)).map(prefixOf))];
  const isBare = prefixes.includes('');
  const readById = async (prefix: string) => {
    const id = prefix.slice(0, -1);
    return id === own.id ? own : folder.readByFolder(id);
  };
  const named = isBare ? [] : await Promise.all(prefixes.map(readById));
  const owners = new Map<string, DeclaredPlugin[]>();
  const add = (key: string, plugin: DeclaredPlugin) => owners.set(key, [...(owners.get(key) ?? []), plugin]);
  // A plugin may be in a folder whose name is not its id.
  const isWhole = isBare || named.includes(undefined);
  for (const plugin of isWhole ? (await folder.readAll()).plugins : (named as DeclaredPlugin[])) {
    const owner = plugin.id === own.id ? own : plugin;
    add(`${owner.id}/`, owner);
    for (const { name } of owner.components) add(name, owner);
  }
  return (name) => (componentOf(own, name) ? [own] : (owners.get(prefixOf(name) || name) ?? []));
}
