import type { Page, Route } from '@playwright/test';
import { counter, dashboard, expect, test } from '../test.ts';

type Verdict = 'trust' | 'sandbox' | 'revoke';

/** Decides as an operator does, in the page itself. */
const decide = (page: Page, verdict: Verdict) =>
  page.evaluate(async (name) => {
    const { demoHost } = window as never as {
      demoHost: { plugins: Record<string, (id: string) => Promise<void>> };
    };
    await demoHost.plugins[name]!('sly');
  }, verdict);

/** Holds the requests of a kind until they are released. `isOfFrame` is whether they are those of frames or of the page. */
async function hold(page: Page, pattern: string, isOfFrame: boolean) {
  const held: Route[] = [];
  let isOpen = false;
  await page.route(pattern, (route) => {
    if (isOpen || (route.request().frame() !== page.mainFrame()) !== isOfFrame) return route.continue();
    held.push(route);
    return undefined;
  });
  return {
    some: () => expect.poll(() => held.length, pattern).toBeGreaterThan(0),
    async release() {
      isOpen = true;
      // That of a frame which is gone has ended already.
      await Promise.all(held.splice(0).map((route) => route.continue().catch(() => {})));
    },
  };
}

/** Where a frame is when the verdict changes. */
const STAGES = {
  boots: { pattern: '**/widget-runtime/sandbox.html*', isOfFrame: true },
  'loads its bundle': { pattern: '**/widget/Chart.js*', isOfFrame: true },
  'waits for an answer': { pattern: '**/items', isOfFrame: false },
} as const;

const CHART = counter(
  `globalThis.ran = true;
  useEffect(() => void props.host.apiFetch('/api/plugins/sly/items').catch(() => {}), []);`,
);
const FILES = {
  'Chart.js': CHART,
  'mock/items.json': '{ "GET /items": { "body": [] } }',
  'dashboards/main.yaml': dashboard('Chart'),
};

/** Verdicts one after the other, without waiting for what they lead to. */
const CHANGES: readonly (readonly Verdict[])[] = [
  ['trust'],
  ['revoke'],
  ['trust', 'sandbox'],
  ['revoke', 'sandbox'],
  ['trust', 'revoke'],
];

for (const [stage, { pattern, isOfFrame }] of Object.entries(STAGES))
  for (const verdicts of CHANGES)
    test(
      `${verdicts.join(', then ')} while a frame ${stage}: the last verdict wins`,
      { tag: ['@all', '@react-19'] },
      async ({ lab, page, expected }) => {
        expected.push(/ERR_ABORTED|ERR_FAILED|Failed|TRUST_REVOKED/);
        await lab.install('sly', FILES);
        const held = await hold(page, pattern, isOfFrame);
        await lab.sandbox('/plugin/sly/main');
        await held.some();
        const aborted: string[] = [];
        page.on('requestfailed', (request) => aborted.push(new URL(request.url()).pathname));
        for (const verdict of verdicts) await decide(page, verdict);
        if (stage === 'waits for an answer')
          await expect.poll(() => aborted).toContain('/api/plugins/sly/items');
        await held.release();

        const panel = lab.panel('sly/Chart');
        const last = verdicts.at(-1);
        const inFrame = lab.frame('sly/Chart').getByRole('button');
        const button = last === 'sandbox' ? inFrame : panel.getByRole('button', { name: 'Count' });
        if (last === 'revoke') await expect(panel).toHaveAttribute('data-status', 'refused');
        else {
          await button.click();
          await expect(button).toHaveText('Count 1');
        }
        await expect(page.locator('iframe')).toHaveCount(last === 'sandbox' ? 1 : 0);
        expect(page.frames()).toHaveLength(last === 'sandbox' ? 2 : 1);
        const ran = await page.evaluate(() => 'ran' in window);
        // What was trusted for a moment may have run.
        if (!verdicts.includes('trust')) expect(ran).toBe(false);
      },
    );

test(
  'a plugin that is sandboxed while the page loads its bundle does not run in the page',
  { tag: ['@all', '@react-19'] },
  async ({ lab, page, expected }) => {
    expected.push(/403|CORS|Failed|ERR_|BUNDLE_REFUSED|TRUST_REVOKED|MIME/);
    await lab.install('sly', FILES);
    const held = await hold(page, '**/widget/Chart.js*', false);
    await lab.trust('/plugin/sly/main');
    await held.some();
    await decide(page, 'sandbox');
    await held.release();
    const button = lab.frame('sly/Chart').getByRole('button');
    await button.click();
    await expect(button).toHaveText('Count 1');
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    await expect(lab.panel('sly/Chart').getByRole('alert')).toHaveCount(0);
  },
);
