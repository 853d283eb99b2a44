import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { expectConsole } from '../../fixtures/vitest/console.setup.ts';
import { createHost } from './create-host.ts';
import type { Host } from './host.ts';
import { FEATURES, findRefusal } from './surroundings.ts';

/**
 * Features that browsers got with or after ES2020, by their use in the sources. Those that the page uses must be in the list of
 * checked features.
 */
const USES: Record<string, RegExp> = {
  'AbortSignal.any': /AbortSignal\.any\(/,
  'AbortSignal.timeout': /AbortSignal\.timeout\(/,
  'AbortSignal.prototype.throwIfAborted': /\.throwIfAborted\(/,
  'Array.fromAsync': /Array\.fromAsync\(/,
  'Array.prototype.at': /\.at\(/,
  'Array.prototype.findLast': /\.findLast\(/,
  'Array.prototype.findLastIndex': /\.findLastIndex\(/,
  'Array.prototype.toReversed': /\.toReversed\(/,
  'Array.prototype.toSorted': /\.toSorted\(/,
  'Array.prototype.toSpliced': /\.toSpliced\(/,
  'Array.prototype.with': /\.with\(/,
  'Map.groupBy': /Map\.groupBy\(/,
  'Object.groupBy': /Object\.groupBy\(/,
  'Object.hasOwn': /Object\.hasOwn\(/,
  'Promise.any': /Promise\.any\(/,
  'Promise.try': /Promise\.try\(/,
  'Promise.withResolvers': /Promise\.withResolvers\(/,
  'RegExp.escape': /RegExp\.escape\(/,
  'Set.prototype.union': /\.(union|intersection|difference|symmetricDifference|isSubsetOf)\(/,
  'String.prototype.isWellFormed': /\.(isWellFormed|toWellFormed)\(/,
  'String.prototype.replaceAll': /\.replaceAll\(/,
  'URL.canParse': /URL\.(canParse|parse)\(/,
  WeakRef: /new (WeakRef|FinalizationRegistry)\(/,
  structuredClone: /structuredClone\(/,
};

/** The sources that a page can load: the entry point and all that it imports, at once or later. */
function sourcesOf(file: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(file)) return found;
  const text = readFileSync(file, 'utf8');
  found.set(file, text);
  for (const [, kind, path] of text.matchAll(
    /(import type|export type|from|import)\b[^;'"]*?['"](\.[^'"]+)['"]/g,
  ))
    if (kind !== 'import type' && kind !== 'export type') sourcesOf(join(dirname(file), path!), found);
  return found;
}

test('checks every newer feature that the page uses', () => {
  const sources = sourcesOf(join(import.meta.dirname, '../index.ts'));
  expect([...sources.keys()].filter((file) => /diagnose|redirect|read-bundle/.test(file))).toHaveLength(3);
  const texts = [...sources.values()];
  const used = Object.keys(USES).filter((name) => texts.some((text) => USES[name]!.test(text)));
  expect([...FEATURES]).toEqual(used);
  expect(findRefusal()).toBeUndefined();
});

/** Removes a feature from the browser, `Array.prototype.at`, until the test ends. */
function remove(path: string) {
  const names = path.split('.');
  const name = names.pop()!;
  const owner = names.reduce((value, one) => Reflect.get(value, one) as object, globalThis as object);
  const descriptor = Object.getOwnPropertyDescriptor(owner, name)!;
  Reflect.deleteProperty(owner, name);
  restore = () => Object.defineProperty(owner, name, descriptor);
}

let restore = () => {};
let host: Host | undefined;
afterEach(() => {
  restore();
  host?.dispose();
});

test.each(FEATURES)('names %s if a browser lacks it', (path) => {
  remove(path);
  const refusal = findRefusal();
  restore();
  expect(refusal).toEqual({ code: 'UNSUPPORTED_BROWSER', details: { missing: [path] } });
});

test('loads nothing in a browser that is too old, and says so once', async () => {
  const line =
    /^\[NousViz\] Plugins’ widgets do not run in this browser, which has no AbortSignal\.any\. Update/;
  expectConsole(line);
  const heard: unknown[] = [];
  const fetch = vi.fn(async () => Response.json({ plugins: [] }));
  const importModule = vi.fn(async () => ({}));
  const onError = (error: unknown) => void heard.push(error);
  remove('AbortSignal.any');
  const created = (host = createHost({ lock: false, fetch, importModule, onError }));
  const before = 'NousViz' in globalThis;
  await Promise.all([created.plugins.refresh(), created.preload('sales', 'main')]);
  await created.plugins.refresh();
  restore();
  const { status, error } = created.plugins.getSnapshot();
  expect([before, status, error?.code]).toEqual([false, 'failed', 'UNSUPPORTED_BROWSER']);
  await expect(created.plugins.trust('sales')).rejects.toBe(error);
  expect(heard).toEqual([error]);
  expect(console.error).toHaveBeenCalledOnce();
  expect(fetch).not.toHaveBeenCalled();
  expect(importModule).not.toHaveBeenCalled();
});

test('uses no answers of the page’s HTML in a browser that is too old', async () => {
  expectConsole(/UNSUPPORTED_BROWSER/);
  const script = Object.assign(document.createElement('script'), {
    id: 'nousviz-preloaded',
    text: JSON.stringify({ list: { plugins: [{ id: 'sales' }] } }),
    type: 'application/json',
  });
  document.body.append(script);
  remove('AbortSignal.any');
  const created = (host = createHost({ lock: false }));
  await created.plugins.refresh();
  expect(created.plugins.getSnapshot()).toMatchObject({ status: 'failed', plugins: [] });
  script.remove();
});
