import { counter, dashboard, expect, test } from './test.ts';

test('resolves the owner’s component first, others by full or unique name', async ({ demo, page }) => {
  await demo.trust('/plugin/service-desk/overview');
  await demo.trust('/plugin/stock-room/together');
  await expect(demo.panel('stock-room/Tally')).toHaveAttribute('data-status', 'ready');
  await expect(demo.panel('service-desk/Tally')).toHaveAttribute('data-status', 'ready');
  await expect(demo.panel('service-desk/TicketQueue')).toHaveAttribute('data-status', 'ready');
  await demo.panel('service-desk/Tally').getByRole('button', { name: 'Count' }).click();
  await expect(demo.panel('service-desk/Tally').getByTestId('count')).toHaveText('1');
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('component: constructor and other inherited names are unknown', async ({ demo, expected }) => {
  expected.push(/UNKNOWN_COMPONENT/);
  await demo.trust('/plugin/crash-lab/names');
  for (const name of ['constructor', '__proto__', 'NoSuchThing']) {
    await expect(demo.panel(`crash-lab/${name}`)).toHaveAttribute('data-status', 'unknown');
    await expect(demo.panel(`crash-lab/${name}`).getByRole('alert')).toHaveAttribute(
      'data-code',
      'UNKNOWN_COMPONENT',
    );
  }
  await expect(demo.panel('crash-lab/Counter')).toHaveAttribute('data-status', 'ready');
});

test('a bare name of two other plugins is ambiguous, and both are named', async ({ lab, expected }) => {
  expected.push(/AMBIGUOUS_COMPONENT/);
  for (const id of ['one', 'two']) {
    await lab.install(id, { 'Chart.js': counter(), 'dashboards/main.yaml': dashboard('Chart') });
    await lab.trust(`/plugin/${id}/main`);
  }
  await lab.install('third', {
    'plugin.yaml': 'id: third\n',
    'dashboards/main.yaml': dashboard('Chart', 'two/Chart'),
  });
  await lab.open('/plugin/third/main');
  const card = lab.panel('third/Chart').getByRole('alert');
  await expect(card).toHaveAttribute('data-code', 'AMBIGUOUS_COMPONENT');
  await expect(card).toContainText('one/Chart, two/Chart');
  await expect(lab.panel('two/Chart')).toHaveAttribute('data-status', 'ready');
});

test('late registration fixes panels of the host’s and of a plugin’s components', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/UNKNOWN_COMPONENT/);
  await lab.install('late', {
    'Here.js': counter(),
    'dashboards/main.yaml': dashboard('Clock', 'Later', 'Here'),
  });
  await lab.trust('/plugin/late/main');
  await lab.panel('late/Here').getByRole('button').click();
  await expect(lab.panel('late/Clock')).toHaveAttribute('data-status', 'unknown');
  await page.evaluate(() => {
    const { demoHost, NousViz } = window as never as {
      demoHost: { register(name: string, component: () => unknown): void };
      NousViz: { React: { createElement(type: string, props: null, text: string): unknown } };
    };
    demoHost.register('Clock', () => NousViz.React.createElement('p', null, 'twelve'));
  });
  await expect(lab.panel('late/Clock')).toContainText('twelve');

  await lab.install('late', { 'Here.js': counter(), 'Later.js': counter('', 'Late') });
  await page.evaluate(() =>
    (window as never as { demoHost: { plugins: { refresh(): void } } }).demoHost.plugins.refresh(),
  );
  // Its code is new, so the operator must consent.
  await page.getByRole('button', { name: 'Accept the new version' }).click();
  await expect(lab.panel('late/Later')).toContainText('Late 0');
  await expect(lab.panel('late/Here')).toContainText('Count 1');
});

test('a widget on another plugin’s dashboard keeps its owner’s id', async ({ lab }) => {
  await lab.install('owner', {
    'Chart.js': counter('document.title = props.pluginId + "/" + props.dashboardName;'),
  });
  await lab.install('guest', {
    'plugin.yaml': 'id: guest\n',
    'dashboards/main.yaml': dashboard('owner/Chart'),
  });
  await lab.trust('/plugin/owner');
  await lab.open('/plugin/guest/main');
  await expect(lab.panel('owner/Chart')).toHaveAttribute('data-status', 'ready');
  await expect(lab.panel('owner/Chart').page()).toHaveTitle('owner/main');
});
