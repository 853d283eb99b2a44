import { libraries } from '../fixtures/libraries/cases.ts';
import { notInFrames, onReact18, withoutPopover } from '../fixtures/libraries/sandboxed.ts';
import { expect, expectUse, test } from './libraries.ts';

const ON_18 = { tag: '@react-18' };

test('each widget of the lists has a case', ON_18, () => {
  const names = new Set(libraries.map(({ name }) => name));
  const listed = [...notInFrames.map(({ name }) => name), ...withoutPopover, ...onReact18];
  expect(listed.filter((name) => !names.has(name))).toEqual([]);
});

for (const library of libraries) {
  const { name, refused, says, shows, packages } = library;
  const failing = notInFrames.find((one) => one.name === name);
  const used = withoutPopover.includes(name) ? { name, shows, packages } : library;

  test(
    `${name} ${failing ? `does not work in a frame, since it ${failing.reason}` : 'renders and responds in a frame'}`,
    onReact18.includes(name) ? ON_18 : {},
    async ({ stage, react }) => {
      const { page, lines } = stage;
      const panel = await stage.show(name);
      const code = refused?.[react];
      const frame = panel.frameLocator('iframe');
      if (code) await expect(panel.getByRole('alert')).toHaveAttribute('data-code', code);
      else if (failing) {
        if (failing.press) await frame.locator(failing.press).click();
        await expect.poll(() => lines.join('\n')).toMatch(failing.says);
      } else {
        const document = frame.locator('html');
        await expectUse(used, frame.locator('#nousviz-root'), {
          locator: document.locator.bind(document),
          getByRole: document.getByRole.bind(document),
          getByTitle: document.getByTitle.bind(document),
          mouse: page.mouse,
          keyboard: page.keyboard,
        });
        await expect(panel).toHaveAttribute('data-status', 'ready');
      }
      await stage.clear();
      const unexpected = lines.filter((line) => !says?.test(line));
      if (!code && !failing) expect(unexpected, 'the console').toEqual([]);
    },
  );
}
