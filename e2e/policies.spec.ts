import type { Page } from '@playwright/test';
import { expect, hasInlineScript, PAGES, panelOf, test, type PageKind, type Policy } from './site.ts';

const ALL = [...PAGES];
const WITHOUT_INLINE = ALL.filter((kind) => !hasInlineScript(kind));

/** The policy that the guide recommends, of `src/server/README.md`. */
const RECOMMENDED: Policy = (nonce) =>
  `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'self'`;

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

for (const [name, policy, kinds] of WORKING)
  test(`a dashboard works under ${name}`, async ({ site, page }) => {
    for (const kind of kinds)
      await test.step(kind, async () => {
        await site.open(kind, policy);
        await useDashboard(page);
        expect(await site.violations()).toEqual([]);
        expect(site.messages).toEqual([]);
      });
  });
