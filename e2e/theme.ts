import type { Page } from '@playwright/test';
import { expect } from './test.ts';

/** The colours of CONTRACT D6, first the backgrounds with their text colours. */
const PAIRS = [
  ['background', 'foreground'],
  ...['card', 'popover', 'primary', 'secondary', 'muted', 'accent', 'destructive'].map(
    (name) => [name, `${name}-foreground`] as const,
  ),
] as const;
const LINES = ['border', 'input', 'ring'];
const HALVES = ['card', 'primary', 'destructive'];

const TRIPLE = /^\d+(\.\d+)? \d+(\.\d+)?% \d+(\.\d+)?%$/;

type Rgba = readonly [number, number, number, number];

/** Reads the values and colours of the page's variables, and the colours of the palette's tiles from inline styles and classes. */
const readTheme = (page: Page, names: readonly string[]) =>
  page.evaluate((variables) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const pen = canvas.getContext('2d', { willReadFrequently: true })!;
    const paint = (color: string) => {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = color;
      pen.fillRect(0, 0, 1, 1);
      return [...pen.getImageData(0, 0, 1, 1).data] as unknown as Rgba;
    };
    const painted = (tile: Element) => {
      // Without a valid colour, text inherits one, which must not be a colour of the theme.
      tile.parentElement!.style.color = 'rgb(1, 2, 3)';
      const { backgroundColor, color, borderTopColor } = getComputedStyle(tile);
      return { back: paint(backgroundColor), text: paint(color), line: paint(borderTopColor) };
    };
    const tiles = (attribute: string) =>
      Object.fromEntries(
        [...document.querySelectorAll(`[${attribute}]`)].map((tile) => [
          tile.getAttribute(attribute)!,
          painted(tile),
        ]),
      );
    const style = getComputedStyle(document.documentElement);
    const held = Object.fromEntries(variables.map((name) => [name, style.getPropertyValue(`--${name}`)]));
    return {
      held,
      full: Object.fromEntries(variables.map((name) => [name, paint(`hsl(${held[name]})`)])),
      half: Object.fromEntries(variables.map((name) => [name, paint(`hsl(${held[name]} / 50%)`)])),
      inline: tiles('data-style'),
      classes: tiles('data-class'),
    };
  }, names);

/** The contrast of two opaque colours by WCAG. */
function contrastOf(...colors: [Rgba, Rgba]): number {
  const [low, high] = colors
    .map((color) => {
      const [red, green, blue] = color
        .slice(0, 3)
        .map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    })
    .toSorted((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

/** The tolerance, since mixing with transparency rounds. */
const expectNear = (actual: Rgba, wanted: Rgba, what: string) =>
  expect(Math.max(...actual.map((value, index) => Math.abs(value - wanted[index]!))), what).toBeLessThan(3);

/** Expects that the plugin `palette` on the page shows the theme's colours in both ways, with readable text. */
async function expectColors(page: Page) {
  const names = [...PAIRS.flat(), ...LINES];
  const { held, full, half, inline, classes } = await readTheme(page, names);
  for (const name of names) expect(held[name], `--${name}`).toMatch(TRIPLE);
  for (const tiles of [inline, classes]) {
    for (const [back, text] of PAIRS) {
      const tile = tiles[`${back} ${text}`]!;
      expect([tile.back, tile.text], `${back} ${text}`).toEqual([full[back], full[text]]);
      expect(contrastOf(tile.back, tile.text), `${text} on ${back}`).toBeGreaterThanOrEqual(4.5);
    }
    for (const line of LINES) expect(tiles[line]!.line, line).toEqual(full[line]);
    for (const back of HALVES) expectNear(tiles[`${back}/50`]!.back, half[back]!, `half of ${back}`);
  }
  return held;
}

/** Runs {@link expectColors} in light and, after a press of the demo's button, in dark. */
export async function expectTheme(page: Page) {
  const html = page.locator('html');
  await expect(html).not.toHaveClass(/dark/);
  const light = await expectColors(page);
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await expect(html).toHaveClass(/dark/);
  const dark = await expectColors(page);
  const same = Object.keys(light).filter((name) => light[name] === dark[name]);
  expect(same, 'the same in light and dark').toEqual([]);
}
