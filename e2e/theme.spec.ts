import { test, expect } from './test.ts';
import { expectTheme } from './theme.ts';

test('a widget gets the colours of the theme from inline styles and classes, in light and dark', async ({
  demo,
  page,
}) => {
  await demo.trust('/plugin/palette/colours');
  await expect(demo.panel('palette/Palette')).toHaveAttribute('data-status', 'ready');
  await expectTheme(page);
});
