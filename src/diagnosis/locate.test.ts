// @vitest-environment node
import { build as buildWithEsbuild } from 'esbuild';
import { expect, test } from 'vitest';
import { createError } from '../contract/words.ts';
import { locate } from './locate.ts';

const SOURCE = `// The first line.
export function total(rows: number[]): number {
  if (rows.length === 0) throw new Error('no rows');
  return rows.length;
}
export default () => total([]);
`;
const HOST = 'http://localhost:4173/api/plugins/sales/widget/';

/** Builds the source as an author does, and returns the files that a server has. */
async function build(sourcemap: boolean | 'inline') {
  const { outputFiles } = await buildWithEsbuild({
    stdin: { contents: SOURCE, sourcefile: 'widget/Chart.tsx', loader: 'tsx' },
    outfile: '/widget/dist/Chart.js',
    absWorkingDir: '/',
    bundle: true,
    minify: true,
    format: 'esm',
    sourcemap,
    write: false,
  });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/.*\//, ''), text]));
}

/** Locates an error that the bundle throws, whose stack an engine writes. */
async function locateIn(files: ReadonlyMap<string, string>, engine: (url: string, place: string) => string) {
  const requests: string[] = [];
  const fetch = async (url: string) => {
    const name = url.replace(/.*\//, '').replace(/\?.*/, '');
    requests.push(name);
    return new Response(files.get(name) ?? '{}', { status: files.has(name) ? 200 : 404 });
  };
  const column = files.get('Chart.js')!.split('\n')[0]!.indexOf('throw') + 'throw '.length + 1;
  const cause = new Error('no rows');
  cause.stack = engine(`${HOST}Chart.js?v=${'a'.repeat(64)}`, `1:${column}`);
  const place = { pluginId: 'sales', component: 'Chart', file: 'widget/dist/Chart.js', cause };
  const error = await locate(createError('WIDGET_CRASHED', place), fetch);
  return { ...error, stack: error.stack!, requests };
}

const ENGINES: Record<string, (url: string, place: string) => string> = {
  Chromium: (url, place) =>
    `Error: no rows\n    at e (${url}:${place})\n    at ${url}:${place}\n    at renderWithHooks (http://localhost:4173/react.js:9:9)`,
  'Firefox and Safari': (url, place) =>
    `e@${url}:${place}\nrenderWithHooks@http://localhost:4173/react.js:9:9\n`,
};

test.each(Object.entries(ENGINES))('names the author’s line in a stack of %s', async (_, engine) => {
  for (const sourcemap of [true, 'inline'] as const) {
    const { at, frame, stack, requests } = await locateIn(await build(sourcemap), engine);
    expect(at).toBe('widget/Chart.tsx:3:32');
    expect(frame).toContain("> 3 |   if (rows.length === 0) throw new Error('no rows');");
    expect(stack).toMatch(/^WidgetError: sales\/Chart: The widget threw: no rows/);
    expect(stack).toContain('widget/Chart.tsx:3:32');
    expect(stack).toContain('http://localhost:4173/react.js:9:9');
    expect(requests).toEqual(sourcemap === true ? ['Chart.js', 'Chart.js.map'] : ['Chart.js']);
  }
});

test('requests nothing more if no script of a plugin is in the stack, or it names no map', async () => {
  const without = await locateIn(await build(false), ENGINES.Chromium!);
  expect(without).not.toHaveProperty('at');
  expect(without.requests).toEqual(['Chart.js']);
  const elsewhere = await locateIn(
    await build(true),
    () => 'Error: no rows\n    at http://localhost:4173/app.js:1:1',
  );
  expect(elsewhere.requests).toEqual([]);
});

test('shows the error without its place if the map cannot be used', async () => {
  const files = await build(true);
  for (const map of [
    undefined,
    '<!doctype html>',
    '{"version":3}',
    '{"version":3,"sources":[],"mappings":"AAAA"}',
  ]) {
    files.delete('Chart.js.map');
    if (map !== undefined) files.set('Chart.js.map', map);
    const { at, code } = await locateIn(files, ENGINES.Chromium!);
    expect([at, code]).toEqual([undefined, 'WIDGET_CRASHED']);
  }
});
