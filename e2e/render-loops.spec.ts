import { BLOCKING, LOOPS, MICROTASK_LOOPS, SLOWED, TOGETHER, widget } from './busy-widgets.ts';
import { LEGITIMATE, streams } from './fast-data.ts';
import { startFeed } from './feed.ts';
import { daily, dashboard, expect, test, type Demo, type Files } from './test.ts';

const install = (widgets: Record<string, string>): Files => ({
  ...Object.fromEntries(Object.entries(widgets).map(([name, text]) => [`${name}.js`, text])),
  'dashboards/main.yaml': dashboard(...Object.keys(widgets)),
});

/** Waits until each widget is stopped. Of two that answer each other, the first that is stopped ends the exchange. */
async function expectStopped(lab: Pick<Demo, 'panel'>, names: readonly string[], code: string) {
  const alert = (name: string) => lab.panel(`loops/${name}`).getByRole('alert');
  for (const name of names) {
    if (name.endsWith('Pong')) continue;
    const stopped = name.endsWith('Ping')
      ? alert(name)
          .or(alert(name.replace('Ping', 'Pong')))
          .first()
      : alert(name);
    await expect(stopped, name).toHaveAttribute('data-code', code);
  }
}

test('stops every widget whose own commits cause each other', async ({ lab, expected }) => {
  expected.push(/RENDER_LOOP/, /WIDGET_CRASHED/, /Maximum update depth|#185/);
  await lab.install('loops', install({ ...LOOPS, ...BLOCKING }));
  await lab.trust('/plugin/loops/main');
  await expectStopped(lab, Object.keys(LOOPS), 'RENDER_LOOP');
  await expectStopped(lab, Object.keys(BLOCKING), 'WIDGET_CRASHED');
});

test('stops every widget whose commits cause each other through microtasks', async ({ lab, expected }) => {
  expected.push(/RENDER_LOOP/);
  await lab.install('loops', install(MICROTASK_LOOPS));
  await lab.trust('/plugin/loops/main');
  await expectStopped(lab, Object.keys(MICROTASK_LOOPS), 'RENDER_LOOP');
});

test('loops of several widgets that React does not count leave the page usable', async ({
  lab,
  page,
  expected,
}) => {
  expected.push(/WIDGET_CRASHED|RENDER_LOOP/, /Maximum update depth|#185/);
  const widgets = {
    ...TOGETHER,
    Works: widget('return jsx("button", { onClick: more, children: String(n) });'),
  };
  await lab.install('loops', install(widgets));
  await lab.trust('/plugin/loops/main');
  for (const name of Object.keys(TOGETHER))
    await expect(lab.panel(`loops/${name}`).getByRole('alert'), name).toHaveAttribute(
      'data-code',
      /WIDGET_CRASHED|RENDER_LOOP/,
    );
  await page.getByRole('button', { name: '0', exact: true }).click();
  await expect(page.getByRole('button', { name: '1', exact: true })).toBeVisible();
});

for (const kind of ['timers, messages and frames', 'streams and promises'] as const)
  test(
    `lets every widget run that something outside updates, at any rate: ${kind}`,
    { tag: '@all' },
    async ({ lab, page }) => {
      const feed = await startFeed();
      const widgets: Record<string, string> = kind.startsWith('streams') ? streams(feed.url) : LEGITIMATE;
      await lab.install('busy', install(widgets));
      await lab.trust('/plugin/busy/main');
      await page.waitForTimeout(10_000);
      for (const name of Object.keys(widgets)) {
        const panel = lab.panel(`busy/${name}`);
        await expect(panel, name).toHaveAttribute('data-status', 'ready');
        await expect(panel.locator('[data-code]'), name).toHaveCount(0);
        const count = Number(await panel.locator('output').textContent());
        expect(count, name).toBeGreaterThan(name === 'Poll' ? 0 : 100);
        // It still runs.
        if (!name.startsWith('Gradual'))
          await expect(panel.locator('output'), name).not.toHaveText(String(count));
      }
      await page.goto('about:blank');
      await feed.close();
    },
  );

for (const [index, [name, text]] of Object.entries(SLOWED).entries())
  test(
    `names and slows a widget once that starts something after each commit: ${name}`,
    daily(index % 3 === 0),
    async ({ lab, page, expected }) => {
      expected.push(/UPDATES_ITSELF/);
      const lines: string[] = [];
      page.on(
        'console',
        (message) => message.text().includes('UPDATES_ITSELF') && lines.push(message.text()),
      );
      await lab.install('slow', install({ [name]: text }));
      await lab.trust('/plugin/slow/main');
      const panel = lab.panel(`slow/${name}`);
      await expect(panel.getByRole('note')).toHaveAttribute('data-code', 'UPDATES_ITSELF');
      await expect(panel).toHaveAttribute('data-status', 'ready');
      // Slow means that a request or timer takes longer than before: it still updates.
      const output = panel.locator('output');
      const count = Number(await output.textContent());
      for (let turn = 0; turn < 3; turn += 1) {
        const shown = await output.textContent();
        await expect(output).not.toHaveText(shown!);
      }
      expect(Number(await output.textContent()) - count).toBeLessThan(40);
      expect(lines).toHaveLength(1);
    },
  );
