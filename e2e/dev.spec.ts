import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { builtInPlugins } from '../fixtures/host/build.js';
import { counter, manifest, test, useState } from './dev.ts';
import { dashboard, expect, revokeTrust } from './test.ts';
import { expectTheme } from './theme.ts';

/** Marks the page. @returns whether it is still the same document */
async function mark(page: Page) {
  await page.evaluate(() => Object.assign(window, { isMarked: true }));
  return () => page.evaluate(() => 'isMarked' in window);
}

test('edits settings on the page, and shows their YAML', async ({ dev, page, expected }) => {
  expected.push(/CONFIG_INVALID/);
  const schema = `export const config = {
  additionalProperties: false,
  properties: {
    title: { type: 'string', default: 'Sales', description: 'The heading' },
    limit: { type: 'integer', minimum: 1 },
    tone: { enum: ['green', 'red'] },
    chart: { type: 'object', properties: { width: { type: 'number' } } },
  },
} as const;`;
  await dev.start({
    'plugin.yaml': manifest('Board'),
    'dashboards/main.yaml':
      'panels:\n  - { type: custom, component: Board, label: First, config: { limit: 2 } }\n  - { type: custom, component: Board, label: Second }\n',
    'widget/Board.tsx': `${useState}\n${schema}\n
export default function Board({ config }: { config: object }) {
  const [count, setCount] = useState(0);
  return <button onClick={() => setCount(count + 1)}>{JSON.stringify(config)} {count}</button>;
}`,
  });
  const boards = page.getByRole('button', { name: /"title"/ });
  await expect(boards).toHaveText(['{"limit":2,"title":"Sales"} 0', '{"title":"Sales"} 0']);
  await boards.first().click();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByLabel('title').fill('Costs');
  await page.getByLabel('tone').selectOption('red');
  await page.getByLabel('chart').fill('{ "width": 5 }');
  const text = '{"limit":2,"title":"Costs","tone":"red","chart":{"width":5}} 1';
  await expect(boards.first()).toHaveText(text);
  await expect(boards.last()).toHaveText('{"title":"Sales"} 0');
  await expect(page.getByLabel('YAML')).toHaveText(
    /^config:\s+limit: 2\s+title: Costs\s+tone: red\s+chart:\s+width: 5\s*$/,
  );
  await page.getByLabel('limit').fill('0');
  await expect(page.locator('[data-code="CONFIG_INVALID"]')).toContainText(
    'config.limit is 0, but must be at least 1.',
  );
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(boards.first()).toHaveText(/^\{"limit":2,"title":"Sales"\} \d$/);
  // Another schema is that of the next page.
  await dev.edit('widget/Board.tsx', "default: 'Sales'", "default: 'Income'");
  await expect(boards).toHaveText(['{"limit":2,"title":"Income"} 0', '{"title":"Income"} 0']);
});

test('applies saved changes and keeps the state', async ({ dev, page }) => {
  await dev.start({
    'plugin.yaml': manifest('Board'),
    'dashboards/main.yaml': dashboard('Board', 'Board'),
    'widget/theme.ts': `import { createContext } from 'react';\nexport const Theme = createContext('none');`,
    'widget/row.tsx': `import { useContext } from 'react';\n${useState}
import { Theme } from './theme.ts';
export function Row() {
  const [count, setCount] = useState(0);
  return <button onClick={() => setCount(count + 1)}>row {useContext(Theme)} {count}</button>;
}`,
    // A package whose context surrounds the author's components.
    'widget/Board.tsx': `${useState}
import { Router } from 'wouter';
import { Row } from './row.tsx';
import { Theme } from './theme.ts';
export default function Board() {
  const [count, setCount] = useState(0);
  return (
    <Router>
      <Theme.Provider value="given">
        <button className="board" onClick={() => setCount(count + 1)}>board {count}</button>
        <Row />
      </Theme.Provider>
    </Router>
  );
}`,
  });
  const isSamePage = await mark(page);
  const panel = page.locator('[data-panel="lab/Board"]').first();
  await panel.getByRole('button', { name: 'board 0' }).click();
  await panel.getByRole('button', { name: 'row given 0' }).click();

  await dev.edit('widget/Board.tsx', 'board {count}', 'plank {count}');
  await expect(page.locator('[data-panel="lab/Board"]')).toHaveText([
    'plank 1row given 1',
    'plank 0row given 0',
  ]);
  await dev.edit('widget/row.tsx', 'row {', 'line {');
  await expect(panel).toHaveText('plank 1line given 1');
  // With the first style sheet, the bundle exports another component around this one.
  await dev.save('widget/board.css', '.board { color: rgb(1, 2, 3); }');
  await dev.edit('widget/Board.tsx', 'export default', `import './board.css';\nexport default`);
  await expect(panel.locator('.board')).toHaveCSS('color', 'rgb(1, 2, 3)');
  await dev.edit('widget/board.css', 'rgb(1, 2, 3)', 'rgb(4, 5, 6)');
  await expect(panel.locator('.board')).toHaveCSS('color', 'rgb(4, 5, 6)');
  await expect(panel).toHaveText('plank 1line given 1');
  // Undoing a change is also a change.
  await dev.edit('widget/row.tsx', 'line {', 'row {');
  await expect(panel).toHaveText('plank 1row given 1');
  await dev.edit('widget/row.tsx', 'row {', 'line {');
  await expect(panel).toHaveText('plank 1line given 1');
  expect(await page.evaluate(() => document.adoptedStyleSheets.length)).toBe(1);

  expect(await isSamePage()).toBe(true);
  expect(dev.output()).not.toMatch(/remounted/i);
});

test('shows the newest version of a widget that was not on the page when it was saved', async ({
  dev,
  page,
}) => {
  await dev.start({
    'plugin.yaml': manifest('One', 'Two'),
    'dashboards/first.yaml': dashboard('One'),
    'dashboards/second.yaml': dashboard('Two'),
    'widget/One.tsx': useState + counter('One'),
    'widget/Two.tsx': useState + counter('Two'),
  });
  const first = page.getByRole('link', { name: 'first' });
  const second = page.getByRole('link', { name: 'second' });
  await expect(page.getByRole('button', { name: 'One 0' })).toBeVisible();
  // It was not on the page when it was saved, and the page's list has the previous version.
  await dev.edit('widget/Two.tsx', '>Two', '>Due');
  await expect.poll(() => dev.output().match(/Two: built in/g)?.length).toBe(2);
  await second.click();
  await expect(page.getByRole('button', { name: 'Due 0' })).toBeVisible();
  // It is no longer on the page.
  await dev.edit('widget/One.tsx', '>One', '>Uno');
  await expect.poll(() => dev.output().match(/One: built in/g)?.length).toBe(2);
  await first.click();
  await expect(page.getByRole('button', { name: 'Uno 0' })).toBeVisible();
});

test('reports remounted components with the reason', { tag: '@all' }, async ({ dev, page }) => {
  const infos: string[] = [];
  page.on('console', (message) => message.type() === 'info' && infos.push(message.text()));
  await dev.start({
    'plugin.yaml': manifest('Hooked', 'Classy', 'Other'),
    'dashboards/main.yaml': dashboard('Hooked', 'Classy', 'Other'),
    'widget/Hooked.tsx': useState + counter('Hooked'),
    'widget/Other.tsx': useState + counter('Other'),
    'widget/Classy.tsx': `import { Component } from 'react';
export default class Classy extends Component {
  state = { count: 0 };
  render() {
    return <button onClick={() => this.setState({ count: this.state.count + 1 })}>Classy {this.state.count}</button>;
  }
}`,
  });
  for (const name of ['Hooked', 'Classy', 'Other'])
    await page.getByRole('button', { name: `${name} 0` }).click();

  const hooks = /^Hooked: Hooked remounted without state: their hooks have changed\.$/m;
  await dev.edit('widget/Hooked.tsx', '  return', '  useState(1);\n  return');
  await expect(page.getByRole('button', { name: 'Hooked 0' })).toBeVisible();
  await expect.poll(dev.output).toMatch(hooks);

  await dev.edit('widget/Classy.tsx', '>Classy', '>Classic');
  await expect(page.getByRole('button', { name: 'Classic 0' })).toBeVisible();
  await expect.poll(dev.output).toMatch(/^Classy: Classy remounted without state: .* classes\.$/m);

  await dev.save('widget/Other.tsx', useState + counter('Another'));
  await expect(page.getByRole('button', { name: 'Another 0' })).toBeVisible();
  await expect.poll(dev.output).toMatch(/^Other: Remounted without its state: .* exports another component/m);

  expect(infos.filter((line) => line.includes('[NousViz]'))).toHaveLength(3);
  // The others keep their state.
  await page.getByRole('button', { name: 'Hooked 0' }).click();
  await dev.edit('widget/Hooked.tsx', '>Hooked', '>Caught');
  await expect(page.getByRole('button', { name: 'Caught 1' })).toBeVisible();
});

test('shows a failed build on the panel, above the last built version', async ({ dev, page }) => {
  await dev.start({
    'plugin.yaml': manifest('One', 'Never'),
    'dashboards/main.yaml': dashboard('One', 'Never'),
    'widget/One.tsx': useState + counter('One'),
    'widget/Never.tsx': `import { gone } from './gone.ts';\nexport default () => <p>{gone}</p>;`,
  });
  const panel = page.locator('[data-panel="lab/One"]');
  const never = page.locator('[data-panel="lab/Never"]');
  await panel.getByRole('button', { name: 'One 0' }).click();
  await expect(never.getByRole('alert')).toContainText('./gone.ts');
  await expect(never).toHaveAttribute('data-status', 'ready');

  await dev.edit('widget/One.tsx', 'return <button', 'return <<button');
  await expect(panel.getByRole('alert')).toContainText('widget/One.tsx:4:10');
  await expect(panel.locator('[data-code]')).toHaveAttribute('data-code', 'BUILD_FAILED');
  await expect(panel.getByRole('group')).toContainText('return <<button');
  expect(dev.output()).toContain('One: widget/One.tsx:4:10: ');
  await panel.getByRole('button', { name: 'One 1' }).click();

  // It stays after navigation and appears on a new page.
  await page.reload();
  await expect(panel.getByRole('alert')).toBeVisible();
  await panel.getByRole('button', { name: 'One 0' }).click();
  await dev.edit('widget/One.tsx', 'return <<button', 'return <button');
  await expect(panel.getByRole('alert')).toBeHidden();
  await expect(panel).toHaveText('One 1');

  await dev.save('widget/gone.ts', `export const gone = 'back';`);
  await expect(never).toHaveText('back');
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect(dev.output()).not.toMatch(/remounted/i);
});

test('names the author’s line of a crash, with the lines around it', async ({ dev, page, expected }) => {
  expected.push(/no total/, /^The above error occurred/);
  await dev.start({
    'plugin.yaml': manifest('Chart'),
    'dashboards/main.yaml': dashboard('Chart'),
    'widget/total.ts': `// The sum of the rows.
export function total(rows: number[]): number {
  if (rows.length === 0) throw new Error('no total');
  return rows.length;
}`,
    'widget/Chart.tsx': `${useState}
import { total } from './total.ts';

export default function Chart() {
  const [rows, setRows] = useState([1]);
  return <button onClick={() => setRows([])}>{total(rows)} rows</button>;
}`,
  });
  await page.getByRole('button', { name: '1 rows' }).click();
  const card = page.locator('[data-code="WIDGET_CRASHED"]');
  await expect(card).toContainText('lab/Chart · widget/total.ts:3:32 · WIDGET_CRASHED');
  await expect(card).toContainText("> 3 |   if (rows.length === 0) throw new Error('no total');");
});

test('restarts a crashed widget after the next save', async ({ dev, page, expected }) => {
  expected.push(/boom|The above error occurred|WIDGET_CRASHED/);
  await dev.start({
    'plugin.yaml': manifest('One'),
    'dashboards/main.yaml': dashboard('One'),
    'widget/One.tsx': useState + counter('One'),
  });
  const panel = page.locator('[data-panel="lab/One"]');
  await panel.getByRole('button', { name: 'One 0' }).click();
  await dev.edit('widget/One.tsx', '  return', `  if (count) throw new Error('boom');\n  return`);
  await expect(panel.locator('[data-code="WIDGET_CRASHED"]')).toContainText('boom');
  await expect(panel).toContainText('Fix the error in the widget and save the file');
  await expect(panel).not.toContainText('report it');
  await dev.edit('widget/One.tsx', `  if (count) throw new Error('boom');\n`, '');
  await expect(panel).toHaveText('One 0');
  // The crash leaves no trace.
  await panel.getByRole('button', { name: 'One 0' }).click();
  await dev.edit('widget/One.tsx', '>One', '>Uno');
  await expect(panel).toHaveText('Uno 1');
});

test(
  'reloads the page for code that cannot run again on it',
  { tag: '@all' },
  async ({ dev, page, expected }) => {
    expected.push(/NAME_TAKEN|BUNDLE_THREW/);
    await dev.start({
      'plugin.yaml': manifest('One'),
      'dashboards/main.yaml': dashboard('One'),
      'widget/element.ts': `const text = 'first';
customElements.define('once-only', class extends HTMLElement { connectedCallback() { this.textContent = text; } });`,
      'widget/One.tsx': `${useState}
import { createElement } from 'react';
import './element.ts';
export default function One() {
  const [count, setCount] = useState(0);
  return <button onClick={() => setCount(count + 1)}>One {count} {createElement('once-only')}</button>;
}`,
    });
    const panel = page.locator('[data-panel="lab/One"]');
    let isSamePage = await mark(page);
    await panel.getByRole('button', { name: 'One 0 first' }).click();
    // A change elsewhere does not run the element's module again.
    await dev.edit('widget/One.tsx', '>One', '>Uno');
    await expect(panel).toHaveText('Uno 1 first');
    expect(await isSamePage()).toBe(true);

    await dev.edit('widget/element.ts', 'first', 'second');
    await expect(panel).toHaveText('Uno 0 second');
    expect(await isSamePage()).toBe(false);
    await expect.poll(dev.output).toMatch(/^One: The page was reloaded, .*defines <?.*once-only/m);

    // Half of it runs.
    isSamePage = await mark(page);
    await dev.edit(
      'widget/element.ts',
      `const text = 'second';`,
      `const text = 'third';\nif (!window.go) throw new Error('no start');`,
    );
    await expect(panel.locator('[data-code="BUNDLE_THREW"]')).toContainText('no start');
    expect(await isSamePage()).toBe(false);
    await dev.edit('widget/element.ts', `if (!window.go) throw new Error('no start');`, '');
    await expect(panel).toHaveText('Uno 0 third');
    await expect(page.getByRole('alert')).toHaveCount(0);
  },
);

test('applies changes to the manifest, dashboards and mock answers', async ({ dev, page }) => {
  const asking = `${useState}
import { useEffect } from 'react';
export default function Asking({ pluginId, host }: { pluginId: string; host: { apiFetch: typeof fetch } }) {
  const [answer, setAnswer] = useState('');
  useEffect(() => {
    host.apiFetch('/api/plugins/' + pluginId + '/word').then((response) => response.json()).then(setAnswer, () => {});
  }, [host, pluginId]);
  return <p>heard {answer}</p>;
}`;
  await dev.start({
    'plugin.yaml': manifest('One', 'Asking'),
    'dashboards/main.yaml': `panels:\n  - { type: custom, component: One, label: Before }\n  - { type: custom, component: Asking }\n`,
    'mock/word.json': '{"GET /word": {"body": "first"}}',
    'widget/One.tsx': useState + counter('One'),
    'widget/Asking.tsx': asking,
  });
  const isSamePage = await mark(page);
  await expect(page.getByText('heard first')).toBeVisible();
  await page.getByRole('button', { name: 'One 0' }).click();
  // Neither the list nor a dashboard reports the newer version.
  await dev.edit('widget/One.tsx', '>One', '>Uno');
  await expect(page.getByRole('button', { name: 'Uno 1' })).toBeVisible();

  await dev.edit('dashboards/main.yaml', 'Before', 'After');
  await expect(page.getByRole('heading', { name: 'After' })).toBeVisible();
  await dev.save('dashboards/more.yaml', 'title: More\npanels: []\n');
  await expect(page.getByRole('link', { name: 'More' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Uno 1' })).toBeVisible();

  await dev.save('mock/word.json', '{"GET /word": {"body": "second"}}');
  await expect(page.getByText('heard second')).toBeVisible();

  await dev.save('widget/Two.tsx', useState + counter('Two'));
  await dev.save('plugin.yaml', manifest('One', 'Asking', 'Two'));
  await dev.save('dashboards/main.yaml', dashboard('Two'));
  await expect(page.getByRole('button', { name: 'Two 0' })).toBeVisible();
  await dev.save('plugin.yaml', 'id: lab\nfrontend:\n  components: [{ name: two, path: x.js }]\n');
  await expect(page.getByRole('alert')).toContainText('PascalCase');
  expect(dev.output()).toMatch(/^plugin\.yaml:3:\d+: .*PascalCase.*\[MANIFEST_INVALID\]$/m);
  await dev.save('plugin.yaml', manifest('Two'));
  await expect(page.getByRole('button', { name: 'Two 0' })).toBeVisible();
  expect(await isSamePage()).toBe(true);
});

test('does not trust a plugin again after a revoke', async ({ dev, page }) => {
  await dev.start({
    'plugin.yaml': manifest('One'),
    'dashboards/main.yaml': dashboard('One'),
    'widget/One.tsx': useState + counter('One'),
  });
  await page.getByRole('button', { name: 'One 0' }).click();
  await dev.edit('widget/One.tsx', '>One', '>Uno');
  await expect(page.getByRole('button', { name: 'Uno 1' })).toBeVisible();
  await page.getByRole('link', { name: 'Settings' }).click();
  await revokeTrust(page);
  await page.getByRole('link', { name: 'main' }).click();
  const trust = page.getByRole('button', { name: 'Trust this plugin' });
  await expect(trust).toBeVisible();
  await dev.edit('widget/One.tsx', '>Uno', '>Un');
  await expect.poll(() => dev.output().match(/built in/g)?.length).toBe(3);
  await expect(trust).toBeVisible();
  await page.reload();
  await trust.click();
  await expect(page.getByRole('button', { name: 'Un 0' })).toBeVisible();
  await dev.edit('widget/One.tsx', '>Un ', '>Ein ');
  await expect(page.getByRole('button', { name: 'Ein 0' })).toBeVisible();
});

test(
  'writes nothing into the plugin’s folder, and pages reconnect after a restart',
  { tag: '@all' },
  async ({ dev, page, expected }) => {
    expected.push(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_NETWORK/);
    await dev.start({
      'plugin.yaml': manifest('One'),
      'dashboards/main.yaml': dashboard('One'),
      'widget/One.tsx': useState + counter('One'),
      'widget/dist/One.js': 'as it was',
    });
    await page.getByRole('button', { name: 'One 0' }).click();
    await dev.edit('widget/One.tsx', '>One', '>Uno');
    await expect(page.getByRole('button', { name: 'Uno 1' })).toBeVisible();
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('nousviz-dev-'));
    expect(before.length).toBeGreaterThan(0);
    await dev.end();
    const files = await readdir(dev.folder, { recursive: true });
    expect(files.filter((file) => !file.startsWith('node_modules')).toSorted()).toEqual([
      'dashboards',
      'dashboards/main.yaml',
      'plugin.yaml',
      'widget',
      'widget/One.tsx',
      'widget/dist',
      'widget/dist/One.js',
    ]);
    expect(await readFile(join(dev.folder, 'widget/dist/One.js'), 'utf8')).toBe('as it was');
    const note = page.getByRole('status').filter({ hasText: 'nousviz-widget dev is not running' });
    await expect(note).toBeVisible();
    await dev.start();
    await expect(page.getByRole('button', { name: 'Uno 0' })).toBeVisible();
    await expect(note).toBeHidden();
  },
);

test('shows a saved change in about a second', async ({ dev, page }) => {
  const texts = Array.from(
    { length: 90 },
    (_, index) =>
      `  'Line ${index} of what makes this a widget of ten kilobytes, more or less: all of it is drawn.',`,
  );
  await dev.start({
    'plugin.yaml': manifest('Big'),
    'dashboards/main.yaml': dashboard('Big'),
    'widget/Big.tsx': `${useState}
const TEXTS = [\n${texts.join('\n')}\n];
export default function Big() {
  const [count, setCount] = useState(0);
  return (
    <div>
      <button onClick={() => setCount(count + 1)}>Save 0, count {count}</button>
      {TEXTS.map((text) => <p key={text}>{text}</p>)}
    </div>
  );
}`,
  });
  await page.getByRole('button', { name: 'Save 0, count 0' }).click();
  const times: number[] = [];
  for (let save = 1; save <= 10; save += 1) {
    const seen = page.evaluate(async (text) => {
      for (;;) {
        if (document.body.textContent?.includes(text)) return Date.now();
        await new Promise(requestAnimationFrame);
      }
    }, `Save ${save}, count 1`);
    const since = Date.now();
    await dev.edit('widget/Big.tsx', `Save ${save - 1},`, `Save ${save},`);
    times.push((await seen) - since);
  }
  const [median] = times.toSorted((a, b) => a - b).slice(5);
  const description = `median ${median} ms of 10 (${times.join(', ')})`;
  test.info().annotations.push({ type: 'save to picture', description });
  console.log(`save to picture: ${description}`);
});

test('previews the widget in a sandboxed frame, which each change loads again', async ({
  dev,
  page,
  expected,
}) => {
  expected.push(/no total/, /^The above error occurred/);
  await dev.start(
    {
      'plugin.yaml': manifest('Chart'),
      'dashboards/main.yaml': dashboard('Chart'),
      'mock/rows.json': '{ "GET /rows": { "body": [1, 2] } }',
      'widget/total.ts': `// The sum of the rows.
export function total(rows: number[]): number {
  if (rows.length === 0) throw new Error('no total');
  return rows.length;
}`,
      'widget/Chart.tsx': `import { useEffect, useState } from 'react';
import { total } from './total.ts';
import './chart.css';

export default function Chart({ pluginId, host }: any) {
  const [rows, setRows] = useState([1]);
  useEffect(() => {
    host.apiFetch(\`/api/plugins/\${pluginId}/rows\`).then(async (answer: Response) => setRows(await answer.json()));
  }, []);
  return <button className="chart" onClick={() => setRows([])}>{total(rows)} rows, {String(host.sandboxed)}</button>;
}`,
      'widget/chart.css': '.chart { color: rgb(1, 2, 3); }',
    },
    ['--sandbox'],
  );
  const panel = page.locator('[data-panel="lab/Chart"]');
  const button = panel.frameLocator('iframe').getByRole('button');
  await expect(button).toHaveText('2 rows, true');
  await expect(button).toHaveCSS('color', 'rgb(1, 2, 3)');
  const isSamePage = await mark(page);
  await dev.edit('widget/Chart.tsx', '} rows,', '} lines,');
  await expect(button).toHaveText('2 lines, true');
  await dev.save('mock/rows.json', '{ "GET /rows": { "body": [1, 2, 3] } }');
  await expect(button).toHaveText('3 lines, true');

  await dev.edit('widget/Chart.tsx', 'return <button', 'return <<button');
  await expect(panel.locator('[data-code="BUILD_FAILED"]')).toContainText('widget/Chart.tsx');
  await expect(button).toHaveText('3 lines, true');
  await dev.edit('widget/Chart.tsx', 'return <<button', 'return <button');
  await expect(panel.locator('[data-code]')).toHaveCount(0);

  await button.click();
  const card = panel.locator('[data-code="WIDGET_CRASHED"]');
  await expect(card).toContainText('lab/Chart · widget/total.ts:3:32 · WIDGET_CRASHED');
  await dev.edit('widget/total.ts', "throw new Error('no total')", 'return 0');
  await expect(button).toHaveText('3 lines, true');
  expect(await isSamePage()).toBe(true);
});

test('shows the colours of the theme like the demo', { tag: '@all' }, async ({ dev, page }) => {
  await dev.start({
    'plugin.yaml': manifest('Palette'),
    'dashboards/main.yaml': dashboard('Palette'),
    'widget/Palette.tsx': await readFile(join(builtInPlugins, 'palette/widget/Palette.tsx'), 'utf8'),
  });
  await expect(page.getByRole('heading', { name: 'Inline styles' })).toBeVisible();
  await expectTheme(page);
});
