import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPlugins } from '../server/plugins-folder.ts';
import { makeFolder, writeFiles } from '../server/folder.test.kit.ts';
import { sha256Of } from '../server/trust/grant.ts';
import { createLivePlugin } from './live-plugin.ts';
import { readPlugin } from './plugin-folder.ts';

const manifest = (...names: string[]) =>
  `id: sales\nversion: 1.0.0\nfrontend:\n  components:\n${names
    .map((name) => `    - { name: ${name}, path: widget/dist/${name}.js }\n`)
    .join('')}dashboards: [{ name: main }]\n`;
const widget = (text: string) => `export default function Widget() { return <p>${text}</p>; }`;
const broken = 'export default () => <p>;';

async function liveOf(files: Record<string, string>) {
  const folder = await makeFolder({ 'dashboards/main.yaml': 'panels: []', ...files });
  const lines: string[] = [];
  const watched: string[] = [];
  const live = await createLivePlugin({
    plugin: await readPlugin(folder),
    report: (line) => lines.push(line),
    watch: (more) => watched.push(...more),
  });
  onTestFinished(live.close);
  await live.buildAll();
  return {
    ...live,
    folder,
    lines,
    watched,
    /** Writes files and applies the change. */
    async save(changed: Record<string, string>) {
      lines.length = 0;
      await writeFiles(folder, changed);
      return live.update(new Set(Object.keys(changed).map((path) => join(folder, path))));
    },
    widget: (name: string) => live.state().widgets.find(({ component }) => component === name)!,
    async granted() {
      return (await live.trust.grants()).get('sales')?.bundles;
    },
  };
}

test('builds the declared components and consents to each', async () => {
  const live = await liveOf({
    'plugin.yaml': manifest('One', 'Two'),
    'widget/One.tsx': widget('one'),
    'widget/Two.tsx': widget('two'),
  });
  const { widgets } = live.state();
  expect(widgets).toEqual([
    { pluginId: 'sales', component: 'One', filename: 'One.js', sha256: expect.any(String) },
    { pluginId: 'sales', component: 'Two', filename: 'Two.js', sha256: expect.any(String) },
  ]);
  expect(await live.granted()).toEqual({ 'One.js': widgets[0]!.sha256, 'Two.js': widgets[1]!.sha256 });
  expect(live.lines.toSorted()).toEqual([
    expect.stringMatching(/^One: built in \d+ ms\.$/),
    expect.stringMatching(/^Two: built in \d+ ms\.$/),
  ]);
  expect(live.isBundle(join(live.folder, 'widget/dist'))).toBe(true);
  expect(live.isBundle(join(live.folder, 'widget/dist/Three.js'))).toBe(false);
});

test('gives the host the schema that a widget exports, and leaves the manifest as it is', async () => {
  const text = manifest('One');
  const chart = (title: string) =>
    `export const config = { properties: { ${title}: {} } } as const;\n${widget('one')}`;
  const live = await liveOf({ 'plugin.yaml': text, 'widget/One.tsx': chart('title') });
  const schemaOf = async () => {
    const { plugins } = await readPlugins(live.plugins);
    return plugins[0]!.components[0]!.config;
  };
  expect(await schemaOf()).toEqual({ properties: { title: {} } });
  expect(live.widget('One').config).toEqual({ properties: { title: {} } });
  expect(await live.save({ 'widget/One.tsx': chart('label') })).toBe(true);
  expect(await schemaOf()).toEqual({ properties: { label: {} } });
  // The host's copy of a changed manifest has the schema too.
  await live.save({ 'plugin.yaml': `${text}# changed\n` });
  expect(await schemaOf()).toEqual({ properties: { label: {} } });
  expect(await readFile(join(live.folder, 'plugin.yaml'), 'utf8')).toBe(`${text}# changed\n`);
});

test('rebuilds only the components that a file belongs to', async () => {
  const live = await liveOf({
    'plugin.yaml': manifest('One', 'Two'),
    'widget/One.tsx': `import { text } from './text.ts';\n${widget('{text}')}`,
    'widget/text.ts': `export const text = 'a';`,
    'widget/Two.tsx': widget('two'),
  });
  const [one, two] = [live.widget('One').sha256, live.widget('Two').sha256];
  expect(await live.save({ 'widget/text.ts': `export const text = 'b';` })).toBe(true);
  expect([live.widget('One').sha256 === one, live.widget('Two').sha256 === two]).toEqual([false, true]);
  expect(live.lines).toEqual([expect.stringMatching(/^One: built/)]);
  // Not a file of a widget or the host.
  expect(await live.save({ 'README.md': 'text', 'widget/other.ts': '' })).toBe(false);
  expect(live.lines).toEqual([]);
  for (const path of ['widget/any.css', 'tsconfig.json']) {
    await live.save({ [path]: '{}' });
    expect(live.lines, path).toHaveLength(2);
  }
});

test('keeps the last successful bundle if a build fails, and reports the failure once', async () => {
  const live = await liveOf({ 'plugin.yaml': manifest('One'), 'widget/One.tsx': widget('one') });
  const { sha256 } = live.widget('One');
  expect(await live.save({ 'widget/One.tsx': broken })).toBe(true);
  expect(live.widget('One')).toMatchObject({
    sha256,
    failure: { file: 'widget/One.tsx', line: 1, message: expect.any(String), frame: expect.any(String) },
  });
  expect(live.lines).toEqual([expect.stringMatching(/^One: widget\/One\.tsx:1:\d+: .*\[BUILD_FAILED\]\n/)]);
  expect(await live.save({ 'widget/note.ts': '' })).toBe(false);
  expect(live.lines).toEqual([]);
  await live.save({ 'widget/One.tsx': widget('two') });
  expect(live.widget('One').failure).toBeUndefined();
  expect(live.widget('One').sha256).not.toBe(sha256);
});

test('serves an empty widget until the first successful build', async () => {
  const live = await liveOf({
    'plugin.yaml': manifest('One', 'Two'),
    'widget/One.tsx': `import { text } from './text.ts';\n${widget('{text}')}`,
  });
  expect(live.widget('One')).toMatchObject({ failure: { message: expect.stringContaining('./text.ts') } });
  expect(live.widget('Two')).toMatchObject({
    failure: { file: 'plugin.yaml', message: expect.stringContaining('there is no widget/Two.tsx') },
  });
  expect(live.state().widgets.map((one) => one.sha256)).toEqual([undefined, undefined]);
  const granted = Object.entries((await live.granted())!);
  expect(granted.map(([file]) => file)).toEqual(['One.js', 'Two.js']);
  expect(String(Buffer.from((await live.trust.bytes(granted[0]![1]))!))).toContain('export default');
  await live.save({ 'widget/text.ts': `export const text = 1;`, 'widget/Two.tsx': widget('two') });
  expect(live.state().widgets.every(({ sha256, failure }) => sha256 && !failure)).toBe(true);
});

test('serves an existing bundle unchanged until it has a source', async () => {
  const live = await liveOf({ 'plugin.yaml': manifest('One'), 'widget/dist/One.js': 'as it is' });
  const bytes = new TextEncoder().encode('as it is');
  expect(live.widget('One')).toMatchObject({ sha256: sha256Of(bytes) });
  expect(live.lines).toEqual([
    'One: widget/dist/One.js as it is: there is no widget/One.tsx to build it from.',
  ]);
  await live.save({ 'widget/dist/One.js': 'another' });
  expect(live.widget('One').sha256).toBe(sha256Of(new TextEncoder().encode('another')));
  await live.save({ 'widget/One.tsx': widget('one') });
  expect(live.lines).toEqual([expect.stringMatching(/^One: built/)]);
  expect(await live.save({ 'widget/dist/One.js': 'built, and not wanted' })).toBe(false);
});

test('applies changes to the manifest, including mistakes', async () => {
  const live = await liveOf({
    'plugin.yaml': manifest('One'),
    'widget/One.tsx': widget('one'),
    'widget/Two.tsx': widget('two'),
  });
  expect(await live.save({ 'plugin.yaml': manifest('One', 'Two') })).toBe(true);
  expect(live.lines).toEqual([expect.stringMatching(/^Two: built/)]);
  expect(live.state().documents).toBe(1);
  await live.save({ 'plugin.yaml': manifest('Two', 'lower') });
  expect(live.lines).toEqual([
    expect.stringMatching(/^plugin\.yaml:6:\d+: .*PascalCase.*\[MANIFEST_INVALID\]$/),
  ]);
  expect(live.state().widgets.map(({ component }) => component)).toEqual(['Two']);
  await live.save({ 'plugin.yaml': manifest('One') });
  expect(live.state().widgets).toMatchObject([{ component: 'One', sha256: expect.any(String) }]);
});

test('distinguishes dashboards and mock answers from widgets', async () => {
  const live = await liveOf({ 'plugin.yaml': manifest('One'), 'widget/One.tsx': widget('one') });
  expect(await live.save({ 'dashboards/main.yaml': 'title: Main\npanels: []' })).toBe(true);
  expect(await live.save({ 'mock/items.json': '{}', 'storage/migrations/1.sql': '' })).toBe(true);
  expect(live.state()).toMatchObject({ documents: 1, answers: 1 });
  await rm(join(live.folder, 'mock/items.json'));
  expect(await live.update(new Set([join(live.folder, 'mock/items.json')]))).toBe(true);
  expect(live.state().answers).toBe(2);
  expect(live.lines).toEqual([]);
});

test('does not trust a plugin again after a revoke', async () => {
  const live = await liveOf({ 'plugin.yaml': manifest('One'), 'widget/One.tsx': widget('one') });
  await live.trust.revoke('sales', 'somebody');
  await live.save({ 'widget/One.tsx': widget('two') });
  expect(await live.granted()).toBeUndefined();
});

test('reports files outside the plugin to watch, and serves modules by name', async () => {
  const outside = await makeFolder({ 'shared.ts': 'export const text = String(1);' });
  const live = await liveOf({
    'plugin.yaml': manifest('One'),
    'widget/One.tsx': `import { text } from '${outside}/shared.ts';\n${widget('{text}')}`,
  });
  expect(live.watched).toEqual([join(outside, 'shared.ts')]);
  const { sha256 } = live.widget('One');
  await writeFiles(outside, { 'shared.ts': 'export const text = String(2);' });
  expect(await live.update(new Set([join(outside, 'shared.ts')]))).toBe(true);
  expect(live.widget('One').sha256).not.toBe(sha256);
  const code = new TextDecoder().decode((await live.trust.bytes(live.widget('One').sha256!))!);
  const [, name] = /\/widget\/modules\/([^"]+)"/.exec(code)!;
  expect(live.getModule(name!)).toContain('export {');
  expect(live.getModule('no.js')).toBeUndefined();
});

test('serves all modules of each widget, however many another widget has', async () => {
  const parts = Array.from({ length: 600 }, (_, index) => `part${index}`);
  const live = await liveOf({
    'plugin.yaml': manifest('One', 'Two'),
    'widget/One.tsx': widget('one'),
    'widget/Two.tsx': `${parts.map((name) => `import { ${name} } from './${name}.ts';\n`).join('')}export default () => <p>{[${parts.join()}]}</p>;`,
    ...Object.fromEntries(parts.map((name) => [`widget/${name}.ts`, `export const ${name} = String(1);`])),
  });
  const namesIn = (text: string) =>
    [...text.matchAll(/widget\/modules\/([^"']+)["']/g)].map(([, name]) => name!);
  await live.save({ 'widget/One.tsx': widget('uno') });
  const names = new Set<string>();
  for (const component of ['One', 'Two']) {
    const code = await live.trust.bytes(live.widget(component).sha256!);
    for (const name of namesIn(new TextDecoder().decode(code!))) names.add(name);
  }
  for (const name of names) for (const inner of namesIn(live.getModule(name) ?? '')) names.add(inner);
  expect(names.size).toBeGreaterThan(600);
  expect([...names].filter((name) => live.getModule(name) === undefined)).toEqual([]);
});
