import { expect, test } from './test.ts';

/** The connections that a browser opens to one host under HTTP/1.1. */
const CONNECTIONS = 6;

test('the first press of “Trust this plugin” waits for no query of a panel', async ({ demo, page }) => {
  let pending = 0;
  let most = 0;
  let answered = 0;
  page.on('request', (request) => {
    if (!/\/api\/query$|\/demo\/plugins\//.test(request.url())) return;
    pending += 1;
    most = Math.max(most, pending);
    void request
      .response()
      .catch(() => null)
      .finally(() => {
        pending -= 1;
        answered += 1;
      });
  });
  /** Presses the button. Returns the milliseconds until the consent was answered, and the queries that were answered before it. */
  const press = async () => {
    const button = page.getByRole('button', { name: 'Trust this plugin' });
    await expect(button).toBeVisible();
    const since = performance.now();
    const before = answered;
    const consent = page.waitForResponse(/trust-frontend$/);
    await button.click();
    await consent;
    return { ms: performance.now() - since, queries: answered - before };
  };
  await demo.open('/plugin/service-desk/overview');
  await expect(page.getByRole('button', { name: 'Trust this plugin' })).toBeVisible();
  // The embedded database takes seconds to start, so that the panels still wait for it.
  expect(pending).toBeGreaterThan(0);
  const first = await press();
  await expect(demo.panel('service-desk/TicketQueue').first()).toHaveAttribute('data-status', 'ready');
  await expect(page.getByText('Loading …')).toHaveCount(0, { timeout: 60_000 });

  const later: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await page.request.post(new URL('/api/plugins/service-desk/revoke-frontend-trust', demo.url).href);
    await page.reload();
    await expect(page.getByText('Loading …')).toHaveCount(0);
    later.push((await press()).ms);
  }
  const figures = `first press ${first.ms.toFixed(0)} ms, later ${later.map((ms) => ms.toFixed(0)).join(', ')} ms`;
  console.log(figures);
  expect(most).toBeLessThanOrEqual(CONNECTIONS / 2);
  // On a busy machine the start of the database slows the press down, but no query may come before it.
  if (first.queries > 0) expect(first.ms / Math.max(...later), figures).toBeLessThanOrEqual(2);
});
