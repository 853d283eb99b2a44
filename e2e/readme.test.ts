import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAX_STEPS } from '../src/config/check.ts';
import { KEYWORDS, SCHEMA_LIMITS } from '../src/config/schema.ts';
import { MAX_MATCHED } from '../src/config/values.ts';
import { MAX_PANELS } from '../src/contract/dashboard.ts';
import { PLUGIN_LIMITS } from '../src/contract/issues.ts';
import { createWidgets, standardHelpers } from '../src/helpers/helpers.ts';
import { MAX_BUNDLE_BYTES } from '../src/server/bundle-file.ts';
import { YAML_LIMITS } from '../src/server/yaml.ts';
import { notInFrames } from '../fixtures/libraries/sandboxed.ts';
import { attacks } from './attacks/attacks.ts';
import { limits } from './attacks/limits.ts';
import { readFigures, readmeTables } from './bench/figures.js';
import { APPS } from './hosts/apps.ts';
import { ROWS } from './runners/rows.ts';
import { DEFENCES } from './sandbox/vector.ts';
import { advance, DIFFERENCES, differences, ENGINES, harmless, kinds, open } from './sandbox/vectors.ts';
import { ALL_MESSAGES, failureSections } from './failure-guide.ts';
import { CHECKS, PAGE, serverTable } from './server-rows.ts';
import { anchorsOf, cell, documents, linksOf, proseOf, read, root, sectionOf, tablesOf } from './markdown.ts';

const readme = read('README.md');
const code = (text: string) => /`([^`]+)`/.exec(text)![1]!;
/** The names in the first column of a table. */
const namesIn = (document: string, heading: string) =>
  tablesOf(read(document), heading)[0]!.map(([name]) => code(name!));

describe('README.md', () => {
  beforeEach(() => vi.useFakeTimers({ now: new Date('2026-04-25T14:00:00Z'), toFake: ['Date'] }));
  afterEach(() => vi.useRealTimers());

  test('has at most 900 words, and starts with code', () => {
    expect(readme.split(/\s+/).length).toBeLessThanOrEqual(900);
    expect(readme.split('\n').slice(0, 25)).toContainEqual(expect.stringMatching(/^import /));
  });

  test('lists the helpers with what they return', () => {
    const widgets = createWidgets({ apiBase: '/api', getSessionToken: () => null, fetch }, standardHelpers());
    const returns = Object.fromEntries(
      tablesOf(readme, 'Helpers')[0]!.map(([helper, text]) => [/\w+/.exec(helper!)![0], text!]),
    );
    expect(Object.keys(returns)).toEqual(Object.keys(widgets));
    const texts = (name: string) => [...returns[name]!.matchAll(/`([^`]+)`/g)].map(([, text]) => text);
    expect(texts('formatRelativeTime')).toEqual(
      ['2026-04-25T12:00:00Z', '2026-04-25T14:05:00Z'].map(widgets.formatRelativeTime),
    );
    expect(texts('formatAbsoluteTime')).toEqual([widgets.formatAbsoluteTime('2026-04-25T14:00:00Z')]);
    expect(texts('formatNumber')).toEqual([widgets.formatNumber(1_234_567)]);
    expect(texts('formatBytes')).toEqual([widgets.formatBytes(1_468_006)]);
  });
});

test('the architecture lists the rooms of src', () => {
  const rooms = readdirSync(join(root, 'src'), { withFileTypes: true })
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .filter((name) => !/\.test\.|README/.test(name));
  expect(namesIn('src/README.md', 'Architecture').toSorted()).toEqual(rooms.toSorted());
});

test('the failure guide has a section for each code, with the message of the card', async () => {
  const path = 'src/diagnosis/README.md';
  const [introduction] = read(path).split(/^## /m);
  await expect(`${introduction}${failureSections()}\n`).toMatchFileSnapshot(join(root, path));
  const headings = [...read(path).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings.toSorted()).toEqual(Object.keys(ALL_MESSAGES).toSorted());
});

test('the guide for authors lists the keywords of schemas, and their limits', () => {
  const [, keywords, limitsOfSchemas] = tablesOf(read('types/README.md'), 'Settings');
  const listed = keywords!.flatMap(([, names]) =>
    [...names!.matchAll(/`([$\w]+)`/g)].map(([, name]) => name),
  );
  // The others are of use to tools alone, or hold definitions.
  const others = /^(?:\$schema|\$id|\$comment|\$defs|definitions|readOnly|writeOnly|content\w+)$/;
  expect(listed.toSorted()).toEqual(KEYWORDS.filter((keyword) => !others.test(keyword)).toSorted());
  const { size, depth, pattern } = SCHEMA_LIMITS;
  expect(limitsOfSchemas!.map(([, value]) => Number.parseInt(value!, 10))).toEqual([
    size,
    depth,
    pattern,
    MAX_MATCHED,
    MAX_STEPS,
  ]);
});

test('lists the attacks and limits of the attack suite', () => {
  const document = read('e2e/attacks/README.md');
  expect(tablesOf(document, 'Limits of trusted code')).toEqual([
    limits.map(({ does, instead }) => [cell(does), cell(instead)]),
  ]);
  expect(tablesOf(document, 'Attacks that fail')).toEqual([
    attacks.map(({ name, does, fails }) => [`\`${name}\``, cell(does), cell(fails)]),
  ]);
});

test('lists the vectors of the sandbox suite', () => {
  const document = read('e2e/sandbox/README.md');
  for (const { title, vectors } of [...kinds, advance])
    expect(tablesOf(document, title)).toEqual([
      vectors.map(({ name, stoppedBy }) => [
        cell(name),
        stoppedBy.map((defence) => DEFENCES[defence]).join(', '),
      ]),
    ]);
  expect(tablesOf(document, harmless.title)).toEqual([harmless.vectors.map(({ name }) => [cell(name)])]);
  expect(tablesOf(document, 'What cannot be stopped')).toEqual([
    open.map(({ name, engines, helps }) => [cell(name), cell(engines), cell(helps)]),
  ]);
});

test('lists the vectors that differ in other engines', () => {
  const document = read('e2e/sandbox/README.md');
  expect(tablesOf(document, 'Differences between engines')).toEqual([
    differences.map(({ name, engine, how }) => [cell(name), ENGINES[engine], DIFFERENCES[how]]),
  ]);
  const names = new Set(kinds.flatMap(({ vectors }) => vectors.map(({ name }) => name)));
  expect(differences.filter(({ name }) => !names.has(name))).toEqual([]);
});

test('lists the libraries that do not work in sandboxed frames', () => {
  expect(tablesOf(read('e2e/sandbox/README.md'), 'Libraries')).toEqual([
    notInFrames.map(({ name, reason }) => [`\`${name}\``, cell(reason)]),
  ]);
});

test('the matrix of servers is that of the test run', () => {
  const document = read('e2e/hosts/README.md');
  expect(tablesOf(document, 'Servers')).toEqual([serverTable()]);
  const [heading] = sectionOf(document, 'Servers').match(/^\| server .*$/m)!;
  expect(
    heading
      .split('|')
      .map((text) => text.trim())
      .filter(Boolean),
  ).toEqual(['server', ...CHECKS, PAGE]);
});

test.each([
  'nousviz.js',
  'import-map.html',
  'node/node.js',
  'node/hono.js',
  'node/express.js',
  'node/fastify.js',
  'node/koa.js',
  'node/nginx.conf',
  'node/vite.config.js',
  'next/app/api/[...path]/route.js',
])('the server’s guide contains the tested recipe fixtures/servers/%s', (file) => {
  const text = read(`fixtures/servers/${file}`);
  const blocks = read('src/server/README.md').matchAll(/^```\w+\n([\s\S]*?)^```$/gm);
  expect([...blocks].map(([, block]) => block)).toContain(text);
});

test('shows the figures of each recorded run, one of each kind for each load', () => {
  const runs = readFigures();
  expect(runs.length).toBeGreaterThan(1);
  expect(new Set(runs.map(({ load, cold }) => `${load} ${cold}`)).size).toBe(runs.length);
  const section = sectionOf(read('e2e/bench/README.md'), 'Figures');
  expect(tablesOf(read('e2e/bench/README.md'), 'Figures')).toEqual(runs.flatMap(readmeTables));
  for (const { command } of runs) {
    expect(section).toContain(`\n${command}\n`);
    expect(Number(/--rounds (\d+)/.exec(command)![1])).toBeGreaterThanOrEqual(9);
  }
});

test('the list of test files is complete', () => {
  const named = namesIn('e2e/README.md', 'The tests');
  const files = readdirSync(join(root, 'e2e')).filter((name) =>
    /\.(spec|test|firefox|webkit|postgres|registry|runners)\.ts$/.test(name),
  );
  expect(named).toEqual(expect.arrayContaining(files));
});

test('the set-ups of test runners are those of the tested fixtures', () => {
  const guide = sectionOf(read('src/testing/README.md'), 'Set up');
  const [introduction, ...sections] = guide.split(/^### /m);
  const packagesIn = (text: string) => /npm install --save-dev (.*)/.exec(text)![1]!.split(' ');
  const shared = packagesIn(introduction!);
  const folders = new Set(ROWS.map(({ folder }) => folder).filter((folder) => folder !== 'vitest-3'));
  expect(sections.length).toBe(folders.size);
  for (const [index, folder] of [...folders].entries()) {
    const section = sections[index]!;
    const fixture = join('fixtures/runners', folder);
    const { devDependencies, scripts } = JSON.parse(read(join(fixture, 'package.json'))) as {
      devDependencies: Record<string, string>;
      scripts: { test: string };
    };
    // `^30.0.0` is `30`, and `^0.0.11` has all its digits.
    const locked = Object.entries(devDependencies).map(
      ([name, range]) => `${name}@${/^\^((?:0\.)*[1-9]\d*)/.exec(range)![1]}`,
    );
    expect([...packagesIn(section), ...shared].toSorted()).toEqual(locked.toSorted());
    if (scripts.test.startsWith('node ')) expect(section).toContain(`\`${scripts.test}\``);
    for (const file of readdirSync(join(root, fixture)).filter((name) => /\.config\./.test(name)))
      expect(section).toContain(`\`${file}\`:\n\n\`\`\`js\n${read(join(fixture, file))}\`\`\`\n`);
  }
  const storybook = sectionOf(read('src/testing/README.md'), 'Storybook');
  for (const file of ['.storybook/preview.tsx', 'MyWidget.stories.tsx'])
    expect(storybook).toContain(read(`fixtures/runners/storybook/${file}`).replace('./common/', './'));
  const calls = tablesOf(read('src/testing/README.md'), 'Fake timers')[0]!.map(([, call]) => code(call!));
  const tests = ['vitest-4', 'jest-swc', 'node'].map((one) =>
    read(`fixtures/runners/${one}/MyWidget.test.tsx`),
  );
  for (const [index, call] of calls.entries()) expect(tests[index]).toContain(call);
});

/** Finds a string in a source by its text, where `…` is a part that differs. */
const stringIn = (source: string, text: string) => {
  const parts = text.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(String.raw`(['"\`])${parts.join('[^\n]*?')}\1`).test(source);
};

test('the tests of each kind of fault exist', () => {
  const rows = tablesOf(read('e2e/README.md'), 'Kinds of faults and their tests')[0]!;
  expect(rows.length).toBe(15);
  for (const [kind, tests] of rows) {
    const files = tests!.split('; ').map((text) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
    expect(files.flat().length, kind).toBeGreaterThan(1);
    for (const [file, ...titles] of files) {
      const source = read(file!);
      for (const title of titles) expect(stringIn(source, title), `${file}: ${title}`).toBe(true);
    }
  }
});

test('lists the tested host apps', () => {
  const rows = tablesOf(read('e2e/hosts/README.md'), 'Host apps')[0]!;
  // The run of the host apps checks the other columns.
  expect(rows.map(([name]) => name)).toEqual(APPS.map(({ name }) => name));
});

test('the recipes for bundlers are those of the tested host apps', () => {
  const section = sectionOf(read('src/react/README.md'), 'Bundlers');
  const recipes = [...section.matchAll(/^```\w+\n(?:\/\/ (\S+)\n)?([\s\S]*?)^```$/gm)];
  expect(recipes.length).toBeGreaterThan(6);
  for (const [, path = 'parcel/package.json', text] of recipes)
    expect(read(`fixtures/hosts/${path}`), path).toContain(text);
});

test('the policy for Next is that of the tested host apps', () => {
  const policy = read('fixtures/hosts/next/proxy.ts');
  expect(read('src/server/README.md')).toContain(`\`\`\`ts\n// next/proxy.ts\n${policy}\`\`\`\n`);
});

test('the guide’s recipe for trust is what the tested host apps run', () => {
  const section = sectionOf(read('src/react/README.md'), 'Trust');
  expect(section).toContain(`\`\`\`tsx\n${read('fixtures/hosts/common/plugin-trust.tsx')}\`\`\`\n`);
  expect(read('fixtures/hosts/common/host-page.tsx')).toContain('<Plugins />');
});

test('the guide’s theme is that of the demo', () => {
  const themeOf = (path: string) =>
    Object.fromEntries(
      [':root', '.dark'].map((selector) => {
        const block = new RegExp(String.raw`^${selector.replace('.', '\\.')} \{\n([\s\S]*?)^\}`, 'm');
        const lines = block
          .exec(read(path))![1]!
          .split('\n')
          .map((line) => line.trim());
        return [selector, lines.filter((line) => line && !line.startsWith('--chart'))];
      }),
    );
  const theme = themeOf('fixtures/host/app/styles.css');
  expect(theme['.dark']!.length).toBeGreaterThan(15);
  expect(themeOf('src/react/README.md')).toEqual(theme);
});

test('each guide has a heading once', () => {
  for (const path of documents.filter((one) => one !== 'CHANGELOG.md')) {
    const headings = anchorsOf(read(path));
    expect(new Set(headings).size, path).toBe(headings.length);
  }
});

test('the server’s limits are those in the source', () => {
  const rows = tablesOf(read('src/server/README.md'), 'Limits')[0]!.map(([, value]) => value);
  const kB = (bytes: number) => `${bytes / 1000} kB`;
  const MiB = (bytes: number) => `${bytes / 2 ** 20} MiB`;
  const { components, dashboards, manifest, entry } = PLUGIN_LIMITS;
  expect(rows.slice(0, 8)).toEqual([
    `${components}`,
    `${dashboards}`,
    kB(manifest),
    kB(entry),
    MiB(MAX_BUNDLE_BYTES),
    MiB(YAML_LIMITS.bytes),
    `${YAML_LIMITS.depth}`,
    `${MAX_PANELS}`,
  ]);
});

test.each([
  ['src/react/README.md', 'Options', 'src/host/host.ts', 'HostOptions'],
  ['src/react/README.md', 'Members of a host', 'src/host/host.ts', 'Host'],
  ['src/server/README.md', 'Options', 'src/server/server-options.ts', 'ServerOptions'],
  ['src/vite/README.md', 'The host app.s plugin', 'src/vite/nousviz-host.ts', 'NousvizHostOptions'],
])('%s, “%s”, lists the members of the interface in %s', (document, heading, file, name) => {
  const [, body] = new RegExp(String.raw`export interface ${name}\b[^{]*\{([\s\S]*?)\n\}`).exec(read(file))!;
  const declared = [...body!.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(<]/gm)].map(([, member]) => member);
  const listed = namesIn(document, heading).map((text) => /^\w+/.exec(text)![0]);
  expect(listed).toEqual(declared);
});

describe('every document', () => {
  test('names scripts that exist', () => {
    // The project's, and those of a plugin as `nousviz-widget create` writes it.
    const files = ['package.json', 'src/cli/template/package.json'].map(read);
    const scripts = Object.assign({}, ...files.map((text) => JSON.parse(text).scripts)) as object;
    for (const path of documents)
      for (const [, script] of read(path).matchAll(/npm run ([\w:]+)/g))
        expect(scripts, `${path}: ${script}`).toHaveProperty(script!);
  });

  test('has links that lead to files and headings', () => {
    for (const path of documents)
      for (const link of linksOf(read(path))) {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? path : join(dirname(path), file);
        expect(existsSync(join(root, target)), `${path}: ${link}`).toBe(true);
        if (anchor) expect(anchorsOf(read(target)), `${path}: ${link}`).toContain(anchor);
      }
  });

  /** The paths of the packed files. */
  const packedFiles = () => {
    const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const output = execFileSync('npm', pack, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }];
    return new Set(files.map(({ path }) => path));
  };

  test('in the package is in llms.txt, which has no other links than to packed files', () => {
    const packed = packedFiles();
    const links = linksOf(read('types/llms.txt'));
    expect(new Set(links).size).toBe(links.length);
    for (const link of links) expect(packed.has(link), link).toBe(true);
    const guides = documents.filter((path) => packed.has(path) && !path.includes('/template/'));
    expect(links).toEqual(expect.arrayContaining(guides));
    expect(read('llms.txt')).toBe(read('types/llms.txt'));
  });

  test('in the package links to files in the package', () => {
    const packed = packedFiles();
    const shipped = documents.filter((path) => packed.has(path));
    expect(shipped).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md', 'types/README.md']));
    const links = shipped.flatMap((path) =>
      linksOf(read(path)).map((link) => ({ path, link, target: join(dirname(path), link.split('#')[0]!) })),
    );
    expect(links.length).toBeGreaterThan(20);
    for (const { path, link, target } of links)
      if (!link.startsWith('#')) expect(packed.has(target), `${path}: ${link}`).toBe(true);
  });

  test('uses plain words', () => {
    const words =
      /\b(tells?|told|at one go|anew|likewise|its like|by then|comes? to|kept|openings?|hands? out|takes? back|cures?|a pixel)\b/gi;
    for (const path of documents)
      expect(
        [...proseOf(read(path)).matchAll(words)].map(([word]) => word),
        path,
      ).toEqual([]);
  });
});
