import { expect, test } from './test.ts';

const PANELS = `title: As on NousViz
panels:
  - { type: stat, label: Now, sql: SELECT 150 AS now_count, format: number, compare_to: 100, compare_period_label: last week }
  - { type: stat, label: Empty, sql: SELECT 1 WHERE false, fallback_empty: Nothing yet }
  - type: table
    label: Jobs
    sql: SELECT 'ok' AS status, 1234.5::float8 AS cost, '2026-04-25T14:00:00Z'::timestamptz AS at, NULL::int AS none, 12 AS number
    columns:
      - { key: status, label: Status, type: badge, values: { ok: green, bad: red } }
      - { key: cost, label: Cost, type: currency }
      - { key: at, label: Day, type: date }
      - { key: none, label: None }
      - { key: number, label: Number, type: text }
  - { type: table, label: Runs, sql: SELECT * FROM job_runs, fallback_empty: No runs yet }
  - { type: line_chart, label: Lines, sql: "SELECT 1 AS a, 2 AS b, 3 AS c, NULL::int AS d", x_key: a, y_key: [b, c, d], y_label: [Bees, Sees, Dees], x_label: Letters }
  - { type: bar_chart, label: Bars, sql: "SELECT 'x' AS a, NULL::int AS b", x_key: a, y_key: b, fallback_empty: No numbers }
  - { type: stat, label: Exact, sql: SELECT 1 AS one, config: { limit: 12345678901234567890 } }
`;

test('the keys of host panels in real dashboards', async ({ lab, page, expected }) => {
  // The embedded database may take long to start.
  test.slow();
  expected.push(/DASHBOARD_INVALID/);
  await lab.install('real', { 'plugin.yaml': 'id: real\nversion: 1.10\n', 'dashboards/main.yaml': PANELS });
  await lab.open('/plugin/real/main');
  const panel = (label: string) =>
    page.locator('[data-panel]').filter({ has: page.getByRole('heading', { name: label, exact: true }) });
  await expect(panel('Now')).toContainText('150', { timeout: 90_000 });
  await expect(panel('Now')).toContainText('+50% vs. last week');
  await expect(panel('Empty')).toContainText('Nothing yet');
  const [now, empty] = await Promise.all(['Now', 'Empty'].map((label) => panel(label).boundingBox()));
  expect(now!.y).toBe(empty!.y);
  expect(now!.width).toBe(empty!.width);

  const cell = (name: string) => panel('Jobs').getByRole('cell', { name, exact: true });
  await expect(cell('ok').locator('span')).toHaveClass(/bg-green-100/);
  await expect(cell('$1,234.50')).toHaveClass(/text-right/);
  await expect(cell('2026-04-25')).toBeVisible();
  await expect(cell('—')).toHaveClass(/text-left/);
  await expect(cell('12')).toHaveClass(/text-left/);
  await expect(panel('Runs')).toContainText('No runs yet');

  await expect(panel('Lines').getByRole('img')).toHaveAccessibleName(/Bees, Sees by a/);
  await expect(panel('Lines')).toContainText('Letters');
  await expect(panel('Lines')).not.toContainText('Dees');
  await expect(panel('Bars')).toContainText('No numbers');

  const card = page.locator('[data-panel="real/stat"]').getByRole('alert');
  await expect(card).toHaveAttribute('data-code', 'DASHBOARD_INVALID');
  await expect(card).toContainText(
    /dashboards\/main\.yaml:\d+:\d+, panels\[6\]\.config\.limit is 12345678901234567890/,
  );
  await expect(page.getByText('1.10', { exact: true })).toBeVisible();
});

test('a panel with refresh_seconds or live runs its query again, and keeps its rows meanwhile', async ({
  lab,
  page,
}) => {
  await lab.install('real', {
    'plugin.yaml': 'id: real\n',
    'dashboards/main.yaml': `panels:
  - { type: stat, label: Fresh, sql: SELECT 1 AS fresh, refresh_seconds: 1 }
  - { type: stat, label: Once, sql: SELECT 2 AS once }
  - { type: stat, label: Stopped, sql: SELECT 3 AS stopped, refresh_seconds: 1, live: false }
`,
  });
  const sent: string[] = [];
  await page.route('**/api/query', (route) => {
    const { sql } = route.request().postDataJSON() as { sql: string };
    sent.push(sql);
    const count = sent.filter((one) => one === sql).length;
    return route.fulfill({ json: { columns: ['n'], rows: [{ n: count * 100 }] } });
  });
  await lab.open('/plugin/real/main');
  await expect(page.getByText('300')).toBeVisible();
  expect(sent.filter((sql) => !sql.includes('fresh'))).toEqual(['SELECT 2 AS once', 'SELECT 3 AS stopped']);
  await expect(page.getByText('Loading …')).toHaveCount(0);
});

test('a dashboard without panels says so', async ({ lab, page }) => {
  await lab.install('real', {
    'plugin.yaml': 'id: real\n',
    'dashboards/main.yaml': 'title: About\ntype: plugin_info\n',
  });
  await lab.open('/plugin/real/main');
  await expect(page.getByRole('note')).toHaveText('This dashboard has no panels.');
  await expect(page.getByRole('alert')).toHaveCount(0);
});
