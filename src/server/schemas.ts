import type { Manifest } from '../contract/index.ts';
import { findSchemaFaults, loadPatterns, type Patterns } from '../config/index.ts';

/** Makes a function that loads the matcher of patterns once. */
export function createPatternsReader(): () => Promise<Patterns> {
  let loading: Promise<Patterns> | undefined;
  return () => (loading ??= loadPatterns());
}

/** Leaves out the schemas that have faults: a component with such a schema runs as one without, and `nousviz-widget check` names them. */
export async function withUsableSchemas<M extends Pick<Manifest, 'components'>>(
  manifest: M,
  patternsOf: () => Promise<Patterns>,
): Promise<M> {
  if (manifest.components.every(({ config }) => config === undefined)) return manifest;
  const { isPattern } = await patternsOf();
  const components = manifest.components.map((component) => {
    const { config, ...others } = component;
    return config && findSchemaFaults(config, isPattern).length === 0 ? component : others;
  });
  return { ...manifest, components };
}
