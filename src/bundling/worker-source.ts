import { relative } from 'node:path';
import type { AnyNode } from 'acorn';
import type { Finding } from './assets.ts';
import { buildMessage } from './build-messages.ts';
import { lineAt } from './line-of.ts';
import { parseSource } from './parse-source.ts';
import { walk } from './walk.ts';

/** The first place where a module waits at its top level. */
function topLevelAwait(text: string, path: string): number | undefined {
  const program = /\bawait\b/.test(text) ? parseSource(text, path) : undefined;
  let found: number | undefined;
  if (program)
    walk(program, (node: AnyNode, _, __, scope) => {
      const isAwait = node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await);
      if (isAwait && !scope.outer) found ??= node.start;
    });
  return found;
}

/**
 * Checks a module of a worker, whose bundle is a script.
 *
 * @param path The absolute path of the module.
 * @param folder The folder that paths in messages are relative to.
 */
export function checkWorkerSource(text: string, path: string, folder: string): Finding[] {
  const at = topLevelAwait(text, path);
  if (at === undefined) return [];
  const file = `${relative(folder, path)}:${lineAt(text, at)}`;
  return [{ level: 'error', text: buildMessage('WORKER_AWAIT', { file }) }];
}
