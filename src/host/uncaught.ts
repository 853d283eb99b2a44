import type { Failure, Variant } from '../contract/index.ts';
import type { Uncaught } from './activity.ts';
import type { PluginList } from './plugin-list.ts';

/** Makes the failure of an uncaught error. It names the component if only one component has the file in the trace. */
export function uncaughtFailure(
  { origin, thrown: cause }: Uncaught,
  { plugins }: PluginList,
  variant?: Variant,
): Failure {
  const { pluginId, file, hash } = origin;
  const components = plugins.find(({ id }) => id === pluginId)?.components ?? [];
  const [component, other] = components.filter(({ filename }) => filename === file);
  const named = component && !other ? { component: component.name, file: component.path } : { file };
  return { code: 'UNCAUGHT_ERROR', details: { pluginId, ...named, hash, cause, variant } };
}
