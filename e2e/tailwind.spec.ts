import { expectSame, HOSTS, installSampler, openHost, readSampler, visitHost } from './tailwind.ts';
import { expect, test } from './test.ts';

test('a widget with sixty utilities looks the same in every host, and leaves nothing behind', async ({
  lab,
  page,
  react,
}) => {
  test.setTimeout(240_000);
  await installSampler(lab);
  let wanted: Awaited<ReturnType<typeof readSampler>> | undefined;
  for (const [name, css] of Object.entries(HOSTS))
    await test.step(name, async () => {
      await openHost(page, lab, await css(), react);
      const found = await visitHost(page);
      wanted ??= found;
      expectSame(wanted, found);
    });
  await test.step('the demo', async () => {
    await lab.open('/plugin/sampler/main');
    await page.addStyleTag({ content: 'html { font-family: sans-serif !important }' });
    await expect(page.getByText('Portal')).toBeVisible();
    expectSame(wanted!, await readSampler(page, ['light', 'hovered', 'focused', 'unchecked', 'dark']));
  });
});
