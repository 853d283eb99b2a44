import { counter, dashboard, expect, test } from '../test.ts';

test('a sandboxed widget renders in a frame, without a reload, and goes when trust is revoked', async ({
  lab,
  page,
}) => {
  await lab.install('sly', {
    'Chart.js': counter('window.parts = [location.origin, window.origin, props.host.sandboxed];'),
    'dashboards/main.yaml': dashboard('Chart'),
  });
  const inPage: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/widget/') && request.frame() === page.mainFrame())
      inPage.push(request.url());
  });
  await lab.sandbox('/plugin/sly/main');
  const button = lab.frame('sly/Chart').getByRole('button');
  await button.click();
  await expect(button).toHaveText('Count 1');
  expect(await button.evaluate(() => Reflect.get(window, 'parts') as unknown)).toEqual([
    new URL(lab.url).origin,
    'null',
    true,
  ]);
  expect(inPage, 'the page never requests the bundle').toEqual([]);
  const frame = lab.panel('sly/Chart').locator('iframe');
  await expect(frame).toHaveAttribute('sandbox', 'allow-scripts');
  await expect(frame).toHaveAttribute('title', 'Chart of sly, sandboxed');

  await page.reload();
  await expect(button).toHaveText('Count 0');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Revoke trust' }).click();
  await expect(page.getByRole('button', { name: 'Revoke trust' })).toBeHidden();
  await lab.open('/plugin/sly/main');
  await expect(lab.panel('sly/Chart')).toHaveAttribute('data-status', 'refused');
  await expect(frame).toBeHidden();
});
