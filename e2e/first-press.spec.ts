import { expect, test } from './test.ts';

/** The connections that a browser opens to one host under HTTP/1.1. */
const CONNECTIONS = 6;

test('the first press of “Trust this plugin” waits for no query of a panel', async ({ demo, page }) => {
  await demo.open('/plugin/service-desk/overview');
  await page.getByRole('button', { name: 'Trust this plugin' }).click();
  await expect(demo.panel('service-desk/TicketQueue').first()).toHaveAttribute('data-status', 'ready');
  // The embedded database takes seconds to start.
  await expect(page.getByText('Loading …')).toHaveCount(0, { timeout: 60_000 });

  const requests = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((entry) => entry as PerformanceResourceTiming)
      .map(({ name, startTime, requestStart, responseEnd }) => ({
        name,
        began: startTime,
        sent: requestStart,
        ended: responseEnd,
      })),
  );
  const consent = requests.find(({ name }) => name.endsWith('/trust-frontend'))!;
  const queries = requests.filter(({ name }) => /\/api\/query$|\/demo\/plugins\//.test(name));
  const underWay = queries.filter(({ began, ended }) => began < consent.began && ended > consent.began);
  expect(underWay.length).toBeGreaterThan(0);
  expect(underWay.length).toBeLessThanOrEqual(CONNECTIONS / 2);
  // Without a free connection, it would be sent when a query has ended.
  expect(queries.filter(({ ended }) => ended > consent.began && ended < consent.sent)).toEqual([]);
});
