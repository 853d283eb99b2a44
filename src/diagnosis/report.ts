import type { WidgetError } from '../contract/index.ts';
import type { CardPage } from './card-page.ts';
import { urlWithoutSecrets, withoutSecrets } from './secrets.ts';

// Another door of this room, since it loads with the first report.
export { requestWithoutSecrets, urlWithoutSecrets, withoutSecrets } from './secrets.ts';

/** The version of the page's React. Not that of `verdicts.ts`, which would then be in a file of its own. */
const hostReact = () =>
  (globalThis as { NousViz?: { React?: { version?: string } } }).NousViz?.React?.version ?? 'unknown';

/** What a report says about its page. */
export const pageFacts = (version = 'unknown') => ({
  page: urlWithoutSecrets(location.href),
  runtime: version,
  react: hostReact(),
  browser: navigator.userAgent,
  at: new Date().toISOString(),
});

/** The session token of a page, for reports to leave out. Never rejects. */
export async function tokensOf({ getSessionToken }: Pick<CardPage, 'getSessionToken'>): Promise<string[]> {
  try {
    return [(await getSessionToken?.()) ?? ''].filter(Boolean);
  } catch {
    return [];
  }
}

/** Makes the report of a card for the plugin's author, in Markdown and without secrets. */
export async function cardReport(error: WidgetError, page: CardPage): Promise<string> {
  const { title, fact, fix, copy, pluginId, component, hash, code, at, details } = error;
  const { host } = page;
  const known = await tokensOf(page);
  const place = [pluginId, component].filter(Boolean).join('/');
  const file = at ?? (details.file as string | undefined);
  const explanation =
    host && pluginId && component ? (await host.explain(pluginId, component)).text : undefined;
  const facts = { code, file, 'SHA-256': hash, ...pageFacts(host?.version) };
  const lines = [
    `# ${title}${place && `: ${place}`}`,
    '',
    withoutSecrets(fact, known),
    '',
    `**Fix:** ${withoutSecrets(fix, known)}`,
    ...(copy ? ['', '```', copy, '```'] : []),
    '',
    ...Object.entries(facts).flatMap(([name, value]) => (value ? [`- ${name}: ${value}`] : [])),
    ...(explanation ? ['', '```', withoutSecrets(explanation, known), '```'] : []),
  ];
  return `${lines.join('\n')}\n`;
}
