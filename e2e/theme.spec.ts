import { test, expect } from './test.ts';
import { expectTheme } from './theme.ts';

test('a widget has the colours of the theme as inline styles and as classes, in light and dark', async ({
  demo,
  page,
}) => {
  await demo.trust('/plugin/palette/colours');
  await expect(demo.panel('palette/Palette')).toHaveAttribute('data-status', 'ready');
  await expectTheme(page);
});
