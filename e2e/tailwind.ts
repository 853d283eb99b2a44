import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { build } from 'esbuild';
import { root } from '../fixtures/host/build.js';
import { nousvizWidgets } from '../src/esbuild/index.ts';
import { bundleScript, openOwnPage } from './own-page.ts';
import { dashboard, expect, type Demo } from './test.ts';

export const FIXTURE = join(root, 'fixtures/tailwind');
export const SAMPLER = 'widget/Sampler.tsx';

const styles = readFileSync(join(root, 'fixtures/host/app/styles.css'), 'utf8');
/** The theme of the demo (CONTRACT D6), which every host has. */
const THEME = [...styles.matchAll(/^(?::root|\.dark) \{[^}]*\}/gm)].join('\n');
/** What widgets inherit from every host. */
const INHERITED = 'html { font: 16px/normal sans-serif } body { margin: 8px; color: hsl(var(--foreground)) }';

/** The host's own elements. Some of their classes are those of the widget. */
export const OWN_ELEMENTS = `<div id="own" style="width: 600px" class="group dark:bg-muted">
<h2 class="text-lg">Own</h2><p class="line-clamp-2 p-4 text-sm shadow-md">Text <a href="#own">link</a> <code>code</code></p>
<button class="rounded-md bg-primary px-4 py-2 ring-1 hover:bg-accent">Own button</button>
<input type="text" placeholder="Own" class="border focus:ring-2"><input type="checkbox" class="peer" checked>
<span class="peer-checked:font-bold">peer</span><div class="h-2 rotate-45 translate-x-2 scale-110 animate-pulse"></div>
<ul class="divide-y space-x-4"><li class="odd:bg-muted">1</li><li>2</li></ul><table><tr><td>cell</td></tr></table><hr>
<div class="bg-linear-to-r from-primary to-destructive blur-[1px]"><svg width="20" height="10"></svg><img alt="" width="30"></div></div>`;

/** The classes of a page's own elements and of the widget. */
export const SOURCES = [OWN_ELEMENTS, readFileSync(join(FIXTURE, SAMPLER), 'utf8')];

/** Hosts by the style sheets that they have besides the theme. */
export const HOSTS: Record<string, () => string | Promise<string>> = {
  'without style sheets': () => '',
  'with rules for elements': () => `
    * { box-sizing: content-box; border-color: red } p, li, td { line-height: 3; text-indent: 4px }
    button { padding: 20px; border: 3px solid red; background: purple; text-transform: uppercase; cursor: help; box-shadow: 0 0 9px red }
    a { color: red; text-decoration: none } a::after { content: "!" } h2, h3 { margin: 30px; font-size: 40px; letter-spacing: 3px }
    ul { padding: 40px; list-style: square } input { width: 50px; border: 4px solid; opacity: 0.5 } table td { padding: 9px; border: 1px solid }
    hr { height: 9px; background: red } code { font-size: 30px; color: red } dialog { border: 5px solid; color: red } [type='text'] { padding: 30px }
    main div { transform: skew(3deg) } label { float: right } span { font-variant: small-caps } strong { font-weight: 100 } em { color: red }`,
  'with other rules for the same classes': () =>
    `.p-4 { padding: 99px !important } .hidden { display: none !important } .border { border: 9px dotted red !important } .group:hover { zoom: 2 }
    .rotate-45 { transform: rotate(45deg) } .space-x-4 > * + * { margin-left: 50px } .flex { display: block !important } .text-sm { font-size: 50px }
    .\\@container { container-type: normal !important } .divide-y > * + * { border-left: 3px solid } .dark .dark\\:h-4 { width: 3px } .truncate { white-space: pre-wrap }`,
  'on Tailwind 4': async () => {
    const require = createRequire(import.meta.url);
    const { compile } = require('tailwindcss') as typeof import('tailwindcss');
    const folder = dirname(require.resolve('tailwindcss/package.json'));
    const { build: compiled } = await compile(
      "@import 'tailwindcss'; @custom-variant dark (&:where(.dark, .dark *)); @theme { --spacing: 3px; --color-primary: hsl(var(--primary)); }",
      {
        loadStylesheet: async () => ({
          path: '',
          base: '',
          content: readFileSync(join(folder, 'index.css'), 'utf8'),
        }),
      },
    );
    return compiled(SOURCES.join(' ').split(/[\s"'`<>]+/));
  },
};

/** Builds the widget with its Tailwind classes, and installs it in a host. */
export async function installSampler(lab: Demo) {
  const { outputFiles } = await build({
    absWorkingDir: FIXTURE,
    entryPoints: [SAMPLER],
    outfile: 'Sampler.js',
    minify: true,
    write: false,
    plugins: [nousvizWidgets({ tailwind: true })],
  });
  await lab.install('sampler', {
    'widget/dist/Sampler.js': outputFiles[0]!.text,
    'dashboards/main.yaml': dashboard('Sampler'),
  });
  await fetch(new URL('/api/plugins/sampler/trust-frontend', lab.url), { method: 'POST' });
}

const APP = `
import { createRoot } from 'react-dom/client';
import { createHost, CustomPanel, HostProvider } from '@nousviz/widget-runtime';
const root = createRoot(document.querySelector('#root'));
window.show = () => root.render(
  <HostProvider host={createHost()}>
    <CustomPanel pluginId="sampler" component="Sampler" dashboardName="main" />
  </HostProvider>,
);
window.remove = () => root.unmount();
`;

/** The functions of the host's page. */
type HostWindow = Window & { show(): void; remove(): void };

/** Opens a host with a style sheet, whose widget {@link showSampler} shows. */
export async function openHost(page: Page, lab: Demo, css: string, react: 18 | 19) {
  const sheets = [THEME, css, INHERITED].map((text) => `<style>${text}</style>`).join('');
  const script = await bundleScript(APP, { react });
  const rooms = '<main><div id="root" style="width: 800px"></div></main>';
  await openOwnPage(page, lab.url, script, sheets + OWN_ELEMENTS + rooms);
  await page.evaluate(() => (document.documentElement.lang = 'en'));
}

export const showSampler = async (page: Page) => {
  await page.evaluate(() => (window as unknown as HostWindow).show());
  await expect(page.getByText('Portal')).toBeVisible();
};

export const removeSampler = async (page: Page) => {
  await page.evaluate(() => (window as unknown as HostWindow).remove());
  await expect(page.getByText('Portal')).toBeHidden();
};

/** The computed styles of the elements that a selector finds, and of all in them, by place. */
export const readStyles = (page: Page, selector: string): Promise<Record<string, string>> =>
  page.evaluate((given) => {
    for (const animation of document.getAnimations())
      if (animation instanceof CSSTransition) animation.finish();
      else {
        animation.pause();
        animation.currentTime = 0;
      }
    const found: Record<string, string> = {};
    const elements = [...document.querySelectorAll(given)].flatMap((one) => [
      one,
      ...one.querySelectorAll('*'),
    ]);
    for (const [index, element] of elements.entries())
      for (const pseudo of ['', '::before', '::after', '::placeholder', '::marker']) {
        const style = getComputedStyle(element, pseudo || null);
        const isShown =
          !pseudo ||
          (pseudo === '::placeholder' && element.matches('[placeholder]')) ||
          (pseudo === '::marker' && style.display === 'list-item') ||
          (/before|after/.test(pseudo) && style.content !== 'none');
        if (!isShown) continue;
        const names = [...style].filter((name) => !name.startsWith('--'));
        found[`${index} ${element.localName}${pseudo}`] = names
          .map((name) => `${name}: ${style.getPropertyValue(name)}`)
          .join('\n');
      }
    return found;
  }, selector);

/** The custom properties of the host's own elements. */
const readVariables = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('#own, #own *')].map((element) => {
      const style = getComputedStyle(element);
      return [...style]
        .filter((name) => name.startsWith('--'))
        .map((name) => `${name}: ${style.getPropertyValue(name)}`);
    }),
  );

/** The number of the page's style sheets and of their rules. */
export const readSheets = (page: Page) =>
  page.evaluate(() => ({
    adopted: document.adoptedStyleSheets.length,
    sheets: document.styleSheets.length,
    rules: [...document.styleSheets, ...document.adoptedStyleSheets].reduce(
      (sum, { cssRules }) => sum + cssRules.length,
      0,
    ),
  }));

const declarations = (text = '') => new Set(text.split('\n'));

/** The declarations that differ, at most thirty. */
export const differences = (wanted: Record<string, string>, found: Record<string, string>) =>
  [...new Set([...Object.keys(wanted), ...Object.keys(found)])]
    .filter((key) => wanted[key] !== found[key])
    .flatMap((key) => {
      const [before, after] = [declarations(wanted[key]), declarations(found[key])];
      return [
        ...[...before].filter((one) => !after.has(one)).map((one) => `${key} - ${one}`),
        ...[...after].filter((one) => !before.has(one)).map((one) => `${key} + ${one}`),
      ];
    })
    .slice(0, 30);

/** The states in which the widget is compared. */
const STATES: [name: string, enter: (page: Page) => Promise<unknown>][] = [
  ['light', async () => {}],
  ['hovered', (page) => page.getByRole('button', { name: 'Press' }).hover()],
  ['focused', (page) => page.getByPlaceholder('Search').focus()],
  ['unchecked', (page) => page.getByLabel('checked').uncheck()],
  ['dark', (page) => page.evaluate(() => document.documentElement.classList.add('dark'))],
  ['narrow', (page) => page.mouse.move(0, 0).then(() => page.setViewportSize({ width: 600, height: 800 }))],
];

/** The styles of the widget and of its portal in each state. */
export async function readSampler(page: Page, names = STATES.map(([name]) => name)) {
  const found: Record<string, Record<string, string>> = {};
  await page.setViewportSize({ width: 1600, height: 1400 });
  for (const [name, enter] of STATES.filter(([one]) => names.includes(one))) {
    await enter(page);
    found[name] = await readStyles(page, '[data-panel="sampler/Sampler"] article, body > dialog');
  }
  return found;
}

/** Expects that the widget looks as wanted in each state. */
export function expectSame(
  wanted: Record<string, Record<string, string>>,
  found: Record<string, Record<string, string>>,
) {
  for (const [state, all] of Object.entries(found)) {
    expect(Object.keys(all).length, state).toBeGreaterThan(30);
    for (const text of Object.values(all)) expect(declarations(text).size).toBeGreaterThan(300);
    expect(differences(wanted[state]!, all), state).toEqual([]);
  }
}

/** Shows and removes the widget in an open host, whose own elements stay as they are. @returns the widget's styles */
export async function visitHost(page: Page) {
  await page.setViewportSize({ width: 1600, height: 1400 });
  const read = () => Promise.all([readSheets(page), readVariables(page)]);
  const before = await readStyles(page, '#own');
  const [sheets, variables] = await read();
  await showSampler(page);
  expect(differences(before, await readStyles(page, '#own')), 'the host’s own elements').toEqual([]);
  expect(await readVariables(page)).toEqual(variables);
  const found = await readSampler(page);
  await removeSampler(page);
  await page.evaluate(() => document.documentElement.classList.remove('dark'));
  await page.setViewportSize({ width: 1600, height: 1400 });
  expect(await read()).toEqual([sheets, variables]);
  expect(differences(before, await readStyles(page, '#own')), 'after its removal').toEqual([]);
  return found;
}
