import type { WidgetError } from '../contract/index.ts';
import type { Fetch } from './evidence.ts';

/** The URL of a script of a plugin in a stack: a bundle, or a module that `nousviz-widget dev` serves. */
const SCRIPT = /https?:\/\/[^\s()]+?\/plugins\/[^/\s]+\/widget\/[^\s():]+(?=:\d+:\d+)/g;
const COMMENT = /\n\/\/# sourceMappingURL=(\S+)\s*$/;
/** The milliseconds that a card may wait for source maps. */
const PATIENCE = 3000;

/** The URLs of scripts of plugins in the stack of a thrown value. */
function scriptsIn(thrown: unknown): string[] {
  try {
    return [...new Set((thrown as Error).stack!.slice(0, 10_000).match(SCRIPT))].slice(0, 5);
  } catch {
    // It has no stack, or throws when that is read.
    return [];
  }
}

/**
 * Adds the position in the author's source to an error, and a stack that names the author's files, if the scripts in the stack of its
 * cause have source maps. Never rejects.
 */
export async function locate(error: WidgetError, fetch: Fetch): Promise<WidgetError> {
  const urls = scriptsIn(error.cause);
  if (urls.length === 0) return error;
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), PATIENCE);
  try {
    const textOf = async (url: string) => (await fetch(url, { signal: waiting.signal })).text();
    const named = await Promise.all(
      urls.map(async (url) => [url, COMMENT.exec(await textOf(url))?.[1]] as const),
    );
    if (!named.some(([, map]) => map)) return error;
    const { resolveStack } = await import('./source-map.ts');
    Object.assign(error, await resolveStack(error, new Map(named), textOf));
  } catch {
    // The card shows the error without its place.
  } finally {
    clearTimeout(timer);
  }
  return error;
}
