import { isRecord } from '../config.ts';
import { isWidgetError, type WidgetError } from '../errors.ts';
import { parseManifest, PLUGIN_LIMITS, type Manifest } from '../manifest.ts';

/** A manifest that was read to its end. */
export interface WholeManifest {
  /** Without the components that break a rule; nothing where the document is no mapping. */
  manifest?: Manifest;
  /** The names of all its components, those that break a rule included. */
  names: string[];
  /** One for each value that breaks a rule. */
  errors: WidgetError[];
}

const REFUSED = 'RefusedByNousViz';

/** Puts something that breaks no rule at a place of a manifest. @returns whether it has such a place */
function mend(document: unknown, place: string): boolean {
  const [, index, field] = /^frontend\.components\[(\d+)\](?:\.(name|path))?$/.exec(place) ?? [];
  if (!isRecord(document)) return false;
  if (place === 'id') document.id = 'refused';
  else if (place === 'frontend') document.frontend = {};
  else {
    const frontend = document.frontend as { components: Record<string, unknown>[] };
    const name = `${REFUSED}${index}`;
    const plain: Record<string, unknown> = { name, path: `${name}.js` };
    if (index === undefined) frontend.components = [];
    else if (field) frontend.components[Number(index)]![field] = plain[field];
    else frontend.components[Number(index)] = plain;
  }
  return true;
}

/** Takes off the components that are too many. @returns their names */
function cutComponents(document: unknown): string[] {
  const { components } = (document as { frontend: { components: unknown[] } }).frontend;
  return components
    .splice(PLUGIN_LIMITS.components)
    .flatMap((one) => (isRecord(one) && typeof one.name === 'string' ? one.name : []));
}

/**
 * Reads a manifest and tells every value that breaks a rule, where `parseManifest` tells the first.
 *
 * @param document the parsed `plugin.yaml`.
 * @param folder the name of the plugin's folder.
 */
export function readWholeManifest(document: unknown, folder: string): WholeManifest {
  // An alias stands for one object in several places; here each has its own.
  const draft: unknown = JSON.parse(JSON.stringify(document));
  const errors: WidgetError[] = [];
  const beyond: string[] = [];
  for (;;) {
    try {
      const manifest = parseManifest(draft, folder);
      const isWhole = ({ name, path }: Manifest['components'][number]) => !(name + path).includes(REFUSED);
      const names = manifest.components.map(({ name }) => name).filter((name) => !name.startsWith(REFUSED));
      const id = manifest.id === 'refused' ? folder : manifest.id;
      return {
        manifest: { ...manifest, id, components: manifest.components.filter(isWhole) },
        names: [...names, ...beyond],
        errors,
      };
    } catch (thrown) {
      if (!isWidgetError(thrown)) throw thrown;
      errors.push(thrown);
      if (thrown.code === 'PLUGIN_TOO_LARGE') beyond.push(...cutComponents(draft));
      else if (!mend(draft, String(thrown.details.place))) return { names: [], errors };
    }
  }
}
