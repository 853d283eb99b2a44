import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { ADAPTERS, BUILT, componentOf, LIBRARIES, readFacts, TWIN, widgets } from './libraries-build.js';
import { libraries } from '../fixtures/libraries/cases.ts';
import { readBundle } from '../src/bundle/index.ts';
import { expect, expectUse, test } from './libraries.ts';

const { dependencies } = JSON.parse(readFileSync(join(LIBRARIES, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

test('every widget has a case, every case a widget, and every package is installed', async () => {
  const names = libraries.map(({ name }) => name);
  expect(names.toSorted()).toEqual((await widgets()).toSorted());
  const packages = libraries.flatMap((library) => library.packages);
  expect(packages.filter((name) => !dependencies[name])).toEqual([]);
});

test('detects a second React and react-dom on the page', async ({ stage }) => {
  await stage.page.reload();
  expect(await stage.copies()).toEqual({ renderers: ['react-dom'], internals: 2 });
  await stage.show(TWIN, TWIN);
  await expect(stage.page.locator('#twin')).toHaveText('Drawn by another React');
  expect(await stage.copies()).toEqual({ renderers: ['react-dom', 'react-dom'], internals: 4 });
  // Leaves the page first, since the browser would keep the current document.
  await stage.clear();
  await stage.page.reload();
});

for (const [index, library] of libraries.entries()) {
  const { name, refused, says, renderers = [] } = library;
  // On React 18, one adapter's bundle of each widget is shown.
  const tag = `@${ADAPTERS[index % ADAPTERS.length]}`;

  test(
    `${name} renders and responds, on the page’s React only`,
    { tag },
    async ({ stage, react, adapter }) => {
      const { error, modules = [] } = (await readFacts(adapter, name)) ?? {};
      expect(error, 'the build').toBeUndefined();
      expect(modules.filter((path) => /node_modules\/react(-dom)?\//.test(path))).toEqual([]);
      const bundle = join(BUILT, adapter, `widget/dist/${componentOf(name)}.js`);
      const {
        react: ownReact,
        reactDom,
        jsxRuntime,
        bare,
        requires,
      } = readBundle(await readFile(bundle, 'utf8'));
      expect({ ownReact, reactDom, jsxRuntime, bare, requires }).toEqual({ bare: [], requires: [] });

      const before = await stage.copies();
      const panel = await stage.show(name);
      const code = refused?.[react];
      if (code) {
        await expect(panel.getByRole('alert')).toHaveAttribute('data-code', code);
      } else {
        await expectUse(library, panel, stage.page);
        await expect(panel).toHaveAttribute('data-status', 'ready');
      }
      await stage.clear();
      const unexpected = stage.lines.filter((line) => !says?.test(line));
      if (!code) expect(unexpected, 'the console').toEqual([]);
      // Some libraries adopt style sheets of their own, which stay.
      const sheets = await stage.page.evaluate(
        (key) => (Reflect.get(document, Symbol.for(key)) as Map<string, object> | undefined)?.size ?? 0,
        'nousviz.styles',
      );
      expect(sheets, 'style sheets').toBe(0);

      const { renderers: known, internals } = await stage.copies();
      expect(known.filter((one) => one === 'react-dom')).toHaveLength(1);
      expect(internals, 'copies of React and react-dom').toBe(2);
      const added = known.slice(before.renderers.length);
      expect(added.filter((one) => !renderers.includes(one))).toEqual([]);
    },
  );
}

/** The height of a chart where nothing gives its row a height, 18rem. */
const ROOM = 288;

/** Waits until a chart is as large as its panel. @returns That size. */
async function expectFilled(panel: Locator, chart: string, height: number, options?: { timeout: number }) {
  const box = async (place: Locator) => (await place.boundingBox()) ?? { width: 0, height: 0 };
  await expect(async () => {
    const [outer, inner] = [await box(panel), await box(panel.locator(chart).first())];
    expect(outer.height).toBeCloseTo(height, 0);
    expect(Math.abs(inner.height - outer.height)).toBeLessThanOrEqual(1);
    expect(Math.abs(inner.width - outer.width)).toBeLessThanOrEqual(1);
  }).toPass(options);
}

for (const { name, fills } of libraries) {
  if (!fills) continue;
  for (const layout of ['', '-in-rows', '-in-grid'])
    test(`${name}${layout} fills its panel`, async ({ stage, adapter }) => {
      const panel = await stage.show(name, adapter, name + layout);
      await expectFilled(panel, fills, ROOM);
      // ECharts for React ignores a resize that follows its first render at once, so a missed one is repeated.
      let width = 900;
      await expect(async () => {
        await stage.page.setViewportSize({ width: (width += 1), height: 800 });
        await expectFilled(panel, fills, ROOM, { timeout: 2000 });
      }).toPass();
      // A row of the host's height.
      for (const height of [400, 200]) {
        await panel.evaluate((element, px) => (element.parentElement!.style.height = `${px}px`), height);
        await expectFilled(panel, fills, height);
      }
      await stage.page.setViewportSize({ width: 1280, height: 800 });
      await expectFilled(panel, fills, 200);
      await stage.clear();
    });
}
