import type { Plugin } from 'esbuild';
import { nousvizWidgets } from './index.ts';

/** The plugin for widgets. `seen` lists the specifiers that esbuild asks it about. */
export function listSeen(): { plugin: Plugin; seen: string[] } {
  const seen: string[] = [];
  const { name, setup } = nousvizWidgets();
  const plugin: Plugin = {
    name,
    setup: (target) =>
      setup({
        ...target,
        initialOptions: target.initialOptions,
        onResolve: (options, callback) =>
          target.onResolve(options, (request) => {
            seen.push(request.path);
            return callback(request);
          }),
      }),
  };
  return { plugin, seen };
}
