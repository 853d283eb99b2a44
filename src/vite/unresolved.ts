import type { Rolldown } from 'vite';
import { isInstalled, packageOf, unresolvedMessage, type Finding } from '../bundling/index.ts';

/** Vite's name for the module that stands for an optional peer dependency. It throws when it is evaluated. */
const OPTIONAL_PEER = /^(?:\0)?__vite-optional-peer-dep:([^:]+)/;

/** Whether a resolved module does not exist. */
export const isMissing = (resolved: { id: string } | null) =>
  resolved === null || OPTIONAL_PEER.test(resolved.id);

/** Whether a specifier may lead to no module: its package is not in a `node_modules` folder, where nearly all are. */
export function isDoubtful(specifier: string, importer: string): boolean {
  const name = packageOf(specifier);
  return name !== undefined && !isInstalled(name, importer.split('?')[0]!);
}

type Context = Pick<Rolldown.PluginContext, 'getModuleIds' | 'getModuleInfo' | 'resolve'>;

/** Finds the imports that lead to no module, which Rolldown leaves in the bundle without a message. */
export async function findUnresolved(context: Context, folder: string): Promise<Finding[]> {
  const modules = [...context.getModuleIds()];
  const external = new Set(modules.filter((id) => typeof context.getModuleInfo(id)?.code !== 'string'));
  const findings: Finding[] = [];
  for (const importer of modules) {
    const { importedIds = [], dynamicallyImportedIds = [] } = context.getModuleInfo(importer) ?? {};
    for (const id of new Set([...importedIds, ...dynamicallyImportedIds])) {
      const [, peer] = OPTIONAL_PEER.exec(id) ?? [];
      // Paths and URLs are those of the page.
      const isUnresolved = external.has(id) && !/^(?:[./\0]|[a-z]+:)/i.test(id);
      if (!peer && !(isUnresolved && (await context.resolve(id, importer)) === null)) continue;
      const level = importedIds.includes(id) ? 'error' : 'warning';
      findings.push({ level, text: unresolvedMessage(peer ?? id, importer, folder) });
    }
  }
  return findings;
}
