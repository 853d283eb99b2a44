import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { english, type OwnMessages } from './messages.ts';
import { HOSTILE, openPage, plugin, until } from './page.test.kit.tsx';
import { PluginSettings } from './plugin-settings.tsx';
import { SafeModeBar } from './safe-mode-bar.tsx';
import { TrustBanner } from './trust-banner.tsx';
import { TrustHistory } from './trust-history.tsx';
import { TrustReview } from './trust-review.tsx';
import { UiMessages } from './ui-messages.tsx';

const german: OwnMessages = {
  locale: 'de',
  banner: {
    title: 'Dieses Plugin enthält eigenen Code für den Browser',
    warning: (name) =>
      `Der Code ist noch nicht gelaufen. Vertrauen Sie ${name} nur, wenn Sie die Herkunft kennen.`,
  },
  verdicts: { trust: 'Diesem Plugin vertrauen' },
  powers: {
    sentence: (list) => `Der Code ${list}.`,
    phrases: { session: () => 'liest das Sitzungs-Token', hosts: (names) => `spricht mit ${names}` },
  },
};

const hebrew: OwnMessages = {
  locale: 'he',
  direction: 'rtl',
  banner: { title: 'התוסף הזה כולל קוד משלו' },
  verdicts: { trust: 'לתת אמון בתוסף' },
};

test('a host replaces texts, for all components or for one', async () => {
  const { show } = await openPage({ files: plugin('sales', HOSTILE) });
  await show(
    <UiMessages value={german}>
      <TrustBanner messages={{ banner: { review: 'Prüfen' } }} />
    </UiMessages>,
  );
  const banner = await screen.findByRole('region', { name: german.banner!.title! });
  expect(banner.lang).toBe('de');
  expect(banner.textContent).toContain('Der Code liest das Sitzungs-Token, spricht mit evil.example');
  // The list is one of the language.
  expect(banner.textContent).toContain(' und sends web requests');
  expect(screen.getByRole('button', { name: 'Diesem Plugin vertrauen' })).toBeDefined();
  expect(screen.getByRole('button', { name: 'Prüfen' })).toBeDefined();
});

test('a language that is written from right to left has its direction, and its dates', async () => {
  const { show, host } = await openPage({ files: plugin('sales', HOSTILE) });
  await show(
    <UiMessages value={hebrew}>
      <TrustBanner />
      <TrustHistory />
    </UiMessages>,
  );
  const banner = await screen.findByRole('region', { name: hebrew.banner!.title! });
  expect(banner.dir).toBe('rtl');
  await host.plugins.trust('sales');
  await until(() => expect(document.querySelector('time')).not.toBeNull());
  const time = document.querySelector('time')!;
  expect(time.textContent).toBe(
    new Intl.DateTimeFormat('he', { dateStyle: 'medium', timeStyle: 'short' }).format(
      new Date(time.dateTime),
    ),
  );
});

/** Replaces every text by a mark, functions too. */
function marked(value: unknown): unknown {
  if (typeof value === 'string') return '§';
  if (typeof value === 'function') return () => '§';
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, marked(part)]));
}

test('no component has a text that a host cannot replace', async () => {
  const page = await openPage({ files: plugin('sales', HOSTILE), host: { sandbox: () => () => null } });
  await page.host.plugins.trust('sales');
  await page.write(plugin('sales', `${HOSTILE}\n`));
  const value = { ...(marked(english) as OwnMessages), locale: 'en' };
  await page.show(
    <UiMessages value={value}>
      <TrustBanner />
      <TrustReview pluginId="sales" />
      <PluginSettings />
      <TrustHistory />
      <SafeModeBar isOffered />
    </UiMessages>,
  );
  await until(() => expect(document.querySelector('time')).not.toBeNull());
  const rest = document.body.textContent.replaceAll(
    /The sales|sales|1\.2\.0|operator|Chart(\.js)?|dist\/|[0-9a-f]{12}/g,
    '',
  );
  // The size, the time, the counts of a filter, signs, and what a list of the language has.
  expect(
    rest.replaceAll(/[\d.]+ kB| and |\w{3} \d+, \d{4}, [\d:]+.[AP]M/g, '').match(/[A-Za-z]{2,}/g),
  ).toBeNull();
  const labels = [...document.querySelectorAll('[aria-label], [title]')]
    .flatMap((element) => [element.getAttribute('aria-label'), element.getAttribute('title')])
    .filter((label) => label && !/^(§|SHA-256 |\d{4}-)/.test(label));
  expect(labels).toEqual([]);
});
