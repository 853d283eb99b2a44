import { relative } from 'node:path';
import type { Rolldown } from 'vite';
import { readText, type SourceModule } from '../bundling/index.ts';

/** The modules of a chunk, by their paths in messages. */
export const listModules = (
  context: Pick<Rolldown.PluginContext, 'getModuleInfo'>,
  ids: readonly string[],
  folder: string,
): SourceModule[] =>
  ids.map((id) => ({
    path: relative(folder, id),
    // The lines of a file, as its author knows them.
    get text() {
      return readText(id.split('?')[0]!) || (context.getModuleInfo(id)?.code ?? '');
    },
    get importers() {
      return (context.getModuleInfo(id)?.importers ?? []).map((one) => relative(folder, one));
    },
  }));
