import type { Rolldown } from 'vite';
import { isForWebpack, isInstalled, packageOf, unresolvedMessage, type Finding } from '../bundling/index.ts';

/** Vite's name for the module that stands for an optional peer dependency. It throws when it is evaluated. */
const OPTIONAL_PEER = /^(?:\0)?__vite-optional-peer-dep:([^:]+)/;

/** Whether a resolved module does not exist. */
export const isMissing = (resolved: { id: string } | null) =>
  resolved === null || OPTIONAL_PEER.test(resolved.id);

/** Whether a specifier may lead to no module: its package is not in a `node_modules` folder, where nearly all are. */
export function isDoubtful(specifier: string, importer: string): boolean {
  if (isForWebpack(specifier)) return true;
  const name = packageOf(specifier);
  return name !== undefined && !isInstalled(name, importer.split('?')[0]!);
}

type Context = Pick<Rolldown.PluginContext, 'getModuleIds' | 'getModuleInfo' | 'resolve'>;

/** Finds the imports that lead to no module, which Rolldown leaves in the bundle without a message. */
export async function findUnresolved(context: Context, folder: string): Promise<Finding[]> {
  const modules = [...context.getModuleIds()];
  // Paths and URLs are those of files, of the page, and of other plugins. The facts about all modules would take long to read.
  const doubtful = modules.filter((id) => OPTIONAL_PEER.test(id) || !/^(?:[./\\\0]|[a-z]+:)/i.test(id));
  const findings: Finding[] = [];
  for (const id of doubtful) {
    const { code, importers = [], dynamicImporters = [] } = context.getModuleInfo(id) ?? {};
    const [, peer] = OPTIONAL_PEER.exec(id) ?? [];
    for (const importer of new Set([...importers, ...dynamicImporters])) {
      if (!peer && (typeof code === 'string' || (await context.resolve(id, importer)) !== null)) continue;
      const level = importers.includes(importer) ? 'error' : 'warning';
      findings.push({ level, text: unresolvedMessage(peer ?? id, importer, folder) });
    }
  }
  return findings;
}
