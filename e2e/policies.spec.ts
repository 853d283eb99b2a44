import type { Page } from '@playwright/test';
import { GUIDE_POLICY } from './own-page.ts';
import { expect, hasInlineScript, PAGES, panelOf, test, type PageKind, type Policy } from './site.ts';
import { daily } from './test.ts';

const ALL = [...PAGES];
const WITHOUT_INLINE = ALL.filter((kind) => !hasInlineScript(kind));

const RECOMMENDED: Policy = (nonce) => GUIDE_POLICY.replace('nonce-…', `nonce-${nonce}`);

/** Policies under which everything works, each with the pages that can be sent with it. */
const WORKING: [name: string, policy: Policy | undefined, kinds: PageKind[]][] = [
  ['no policy', undefined, ALL],
  ['the recommended one', RECOMMENDED, ALL],
  ["default-src 'self'", () => `default-src 'self'`, WITHOUT_INLINE],
  ["style-src 'self' alone", () => `style-src 'self'`, ALL],
  [
    'the least, without a nonce',
    () => `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'`,
    WITHOUT_INLINE,
  ],
  [
    'the least, with a nonce',
    (nonce) =>
      `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self'; connect-src 'self'; img-src 'self'`,
    ALL,
  ],
  [
    'a hash of the inline script',
    (_, hash) => `default-src 'self'; script-src 'self' ${hash}; style-src 'self'`,
    ['static', ...WITHOUT_INLINE],
  ],
  [
    "a nonce with 'strict-dynamic'",
    (nonce) => `default-src 'self'; script-src 'nonce-${nonce}' 'strict-dynamic'; style-src 'self'`,
    ALL,
  ],
  [
    'a strict policy with fallbacks for old browsers',
    (nonce) =>
      `object-src 'none'; script-src 'nonce-${nonce}' 'unsafe-inline' 'strict-dynamic' https: http:; base-uri 'none'`,
    ALL,
  ],
  [
    'a nonce for styles',
    (nonce) => `default-src 'self'; script-src 'self' 'nonce-${nonce}'; style-src 'nonce-${nonce}'`,
    ALL,
  ],
  [
    'no inline attributes',
    (nonce) =>
      `default-src 'self'; script-src-elem 'self' 'nonce-${nonce}'; script-src-attr 'none'; style-src-elem 'self'; style-src-attr 'none'`,
    ALL,
  ],
  ['Trusted Types', (nonce) => `${RECOMMENDED(nonce, '')}; require-trusted-types-for 'script'`, ALL],
  [
    'Trusted Types without any policy of their own',
    (nonce) => `${RECOMMENDED(nonce, '')}; require-trusted-types-for 'script'; trusted-types 'none'`,
    ALL,
  ],
];

async function useDashboard(page: Page) {
  const chart = panelOf(page, 'Chart').getByRole('button');
  const styles = {
    // The widget's sheet comes after the host's, and keeps the order of its layers.
    color: 'rgb(1, 2, 3)',
    'text-decoration-line': 'underline',
    'margin-left': '3px',
    'border-top-color': 'rgb(7, 8, 9)',
    'padding-left': '7px',
  };
  for (const [property, value] of Object.entries(styles)) await expect(chart).toHaveCSS(property, value);
  await chart.click();
  await expect(chart).toHaveText('Chart 1');
  await expect(page.getByText('Tip 1')).toHaveCSS('color', 'rgb(4, 5, 6)');
  await expect(panelOf(page, 'Table').getByText('Table')).toHaveCSS('color', 'rgb(10, 11, 12)');
  const card = panelOf(page, 'Broken').getByRole('alert');
  await expect(card).toHaveAttribute('data-code', 'BUNDLE_THREW');
  // The look of the card is in inline styles.
  await expect(card).not.toHaveCSS('padding-left', '0px');
}

for (const [index, [name, policy, kinds]] of WORKING.entries())
  test(`a dashboard works under ${name}`, daily(index % 2 === 1), async ({ site, page }) => {
    for (const kind of kinds)
      await test.step(kind, async () => {
        await site.open(kind, policy);
        await useDashboard(page);
        expect(await site.violations()).toEqual([]);
        expect(site.messages).toEqual([]);
      });
  });

test('a nonce of the host’s script alone admits its bundles', async ({ site, page }) => {
  for (const kind of PAGES)
    await test.step(kind, async () => {
      await site.open(kind, (nonce) => `default-src 'self'; script-src 'nonce-${nonce}'`);
      await useDashboard(page);
      expect(await site.violations()).toEqual([]);
    });
});

test('a policy that blocks our inline scripts is reported, and the dashboard works', async ({
  site,
  page,
  expected,
}) => {
  expected.push(/Executing inline script violates/);
  for (const kind of PAGES.filter(hasInlineScript))
    await test.step(kind, async () => {
      await site.open(kind, () => `default-src 'self'`);
      await useDashboard(page);
      expect(new Set(await site.violations())).toEqual(new Set(['script-src-elem inline']));
    });
});

test('a policy that blocks the host API shows API_FAILED', async ({ site, page, expected }) => {
  expected.push(/Content Security Policy/, /API_FAILED/);
  await site.open('plain', () => `default-src 'self'; connect-src 'none'`);
  await expect(page.getByRole('alert')).toHaveAttribute('data-code', 'API_FAILED');
});

test('a policy that blocks bundles shows a card for each widget', async ({ site, page, expected }) => {
  expected.push(/Content Security Policy/, /\[NousViz\]/);
  await site.open('plain', () => `default-src 'self'; script-src 127.0.0.1:*/assets/`);
  for (const name of ['Chart', 'Table'])
    await expect(panelOf(page, name).getByRole('alert')).toHaveAttribute('data-code', 'SHIM_FAILED');
  await expect(panelOf(page, 'Broken').getByRole('alert')).toBeVisible();
});

test('images and fonts in a bundle need data:', async ({ site, page, expected }) => {
  const picture = panelOf(page, 'Picture').getByRole('img');
  const widthOf = () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth);
  await site.open('plain', RECOMMENDED, 'assets');
  await expect.poll(widthOf).toBe(9);
  expect(await site.violations()).toEqual([]);
  expected.push(/Loading the image 'data:/);
  await site.open('plain', () => `default-src 'self'`, 'assets');
  await expect(picture.locator('..')).toHaveCSS('color', 'rgb(13, 14, 15)');
  await expect.poll(site.violations).toContain('img-src data');
  expect(await widthOf()).toBe(0);
});

test('the style sheet of another server needs its site in style-src', async ({ site, page, expected }) => {
  const text = panelOf(page, 'Linked').getByText('Linked');
  await site.open('plain', () => `default-src 'self'; style-src 'self' ${site.elsewhere}`, 'linked');
  await expect(text).toHaveCSS('text-decoration-line', 'underline');
  await expect(text).toHaveCSS('color', 'rgb(16, 17, 18)');
  expected.push(/Loading the stylesheet/);
  await site.open('plain', () => `default-src 'self'`, 'linked');
  await expect(text).toHaveCSS('color', 'rgb(16, 17, 18)');
  expect(await site.violations()).toEqual([`style-src-elem ${site.elsewhere}/linked.css`]);
});

test('a library that inserts style elements needs the page’s nonce in style-src', async ({
  site,
  page,
  expected,
}) => {
  const text = panelOf(page, 'Injecting').getByText('Injecting');
  const withNonce: Policy = (nonce) =>
    `default-src 'self'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'`;
  await site.open('plain', withNonce, 'injecting');
  await expect(text).toHaveCSS('color', 'rgb(19, 20, 21)');
  expected.push(/Applying inline style/);
  await site.open('plain', () => `default-src 'self'`, 'injecting');
  await expect(text).not.toHaveCSS('color', 'rgb(19, 20, 21)');
  expect(await site.violations()).toEqual(['style-src-elem inline']);
});
