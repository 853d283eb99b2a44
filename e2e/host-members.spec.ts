import { bundleScript, openOwnPage } from './own-page.ts';
import { expect, test } from './test.ts';

/** Reads or calls each member of a host, in the task that created it, and reports what each gave or threw. */
const SCRIPT = `
import { createHost } from '@nousviz/widget-runtime';

const host = createHost();
const uses = {
  version: () => host.version,
  plugins: () => [host.plugins.getSnapshot().status, host.plugins.subscribe(() => {})(), host.plugins.refresh()],
  dashboards: () => host.dashboards.refresh(),
  components: () => host.components.getSnapshot(),
  activity: () => host.activity.getSnapshot(),
  widgets: () => host.widgets.formatNumber(1234),
  disablePlugins: () => host.disablePlugins,
  register: () => host.register('Clock', () => null)(),
  preload: () => host.preload('stock-room', 'shelves'),
  explain: () => host.explain('stock-room', 'Tally'),
  dispose: () => host.dispose(),
};
window.members = Object.keys(host).map((name) => {
  try {
    return [name, Promise.resolve(uses[name]()).then(() => 'works', (thrown) => String(thrown))];
  } catch (thrown) {
    return [name, String(thrown)];
  }
});
window.clone = structuredClone(host.plugins.getSnapshot()).status;
`;

test('every member of a host works right after createHost', async ({ demo, page, react }) => {
  await openOwnPage(page, demo.url, await bundleScript(SCRIPT, { react }));
  await page.waitForFunction(() => 'clone' in window);
  const members = await page.evaluate(async () => {
    const { members: uses } = window as never as { members: [string, Promise<string>][] };
    return Promise.all(uses.map(async ([name, outcome]) => [name, await outcome] as const));
  });
  expect(members.length).toBeGreaterThan(8);
  for (const [name, outcome] of members) expect(outcome, name).toBe('works');
  expect(await page.evaluate(() => (window as never as { clone: string }).clone)).toBe('loading');
});
