import { API_BASE, PRELOADED_ID, shimPath } from '../contract/index.ts';
import { createBundles } from './bundles.ts';
import { createPluginList } from './list.ts';
import { createPluginsReader } from './plugins-folder.ts';
import type { TrustStore } from './trust/store.ts';

/** What {@link createHints} needs to know; the same as the handler's. */
export interface HintsOptions {
  plugins: string;
  trust: TrustStore;
  /** Where pages find the host API. @default "/api" */
  base?: string;
}

/**
 * Writes into a page's HTML what the dashboard that it opens with needs. The page then holds what the host API answers, and is
 * for those alone who may ask it; as trust may change at any moment, no cache may keep it.
 *
 * @param html The page, its import map included where it has one: preloads name the URLs that it leads to.
 * @param nonce The one of the page's Content-Security-Policy, where that asks for one: it takes preloads for scripts. The JSON
 *   needs none, for it is data that no browser executes.
 * @returns The page with hints; unchanged where there is no such dashboard, or where anything goes wrong.
 */
export type Hints = (html: string, pluginId: string, name: string, nonce?: string) => Promise<string>;

/** The shims that every widget imports; a widget's others the browser finds in it. */
const SHIMS_OF_ALL = ['react.js', 'react-jsx-runtime.js'];

const ATTRIBUTES = String.raw`((?:[^>"']|"[^"]*"|'[^']*')*)`;
/** What matters in a page: a comment, an element whose content is no markup of it, a tag that opens another, the end of the head. */
const TOKEN = new RegExp(
  [
    '<!--[^]*?-->',
    String.raw`<(script|style|template|noscript|title)\b${ATTRIBUTES}>([^]*?)</\1\s*>`,
    String.raw`<([a-z][^\s/>]*)${ATTRIBUTES}>`,
    String.raw`</head\s*>`,
  ].join('|'),
  'gi',
);

function attributeOf(attributes: string, name: string): string | undefined {
  const pattern = new RegExp(String.raw`(?:^|\s)${name}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`, 'i');
  const [, double, single, bare] = pattern.exec(attributes) ?? [];
  return (double ?? single ?? bare)?.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** What an import map makes of URLs; nothing where it is none that a browser would read. */
function importsOf(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) as { imports?: Record<string, unknown> }).imports ?? {};
  } catch {
    return {};
  }
}

/** A part of a page that hints have to know of. */
interface Token {
  at: number;
  length: number;
  /** What an import map makes of URLs. */
  imports?: Record<string, unknown>;
  /** The URL that a link preloads. */
  preload?: string | undefined;
  isOpening?: boolean;
  isEnd?: boolean;
}

function tokenOf(match: RegExpExecArray): Token {
  const [text, element, attributes = '', content = '', tag, ofTag = ''] = match;
  const token = { at: match.index, length: text.length };
  if (element?.toLowerCase() === 'script') {
    const isMap = attributeOf(attributes, 'type')?.toLowerCase() === 'importmap';
    return isMap
      ? { ...token, imports: importsOf(content) }
      : { ...token, isOpening: attributeOf(attributes, 'id') === PRELOADED_ID };
  }
  const isPreload =
    tag?.toLowerCase() === 'link' && attributeOf(ofTag, 'rel')?.toLowerCase() === 'modulepreload';
  if (isPreload) return { ...token, preload: attributeOf(ofTag, 'href') };
  return { ...token, isEnd: tag?.toLowerCase() === 'body' || text.startsWith('</') };
}

/** Puts the opening and preloads before the end of a page's head, in place of what stands there for the same end. */
function writeInto(html: string, opening: string, wanted: readonly string[], nonce?: string): string {
  const tokens: Token[] = [...html.matchAll(TOKEN)].map(tokenOf);
  const end = tokens.find(({ isEnd }) => isEnd);
  if (!end) return html;
  const imports: Record<string, unknown> = Object.assign({}, ...tokens.map((token) => token.imports));
  const mapped = (url: string) => (typeof imports[url] === 'string' ? imports[url] : url);
  const preloaded = new Set(tokens.map(({ preload }) => preload));
  const attribute = nonce === undefined ? '' : ` nonce="${escaped(nonce)}"`;
  const links = [...new Set(wanted.map(mapped))]
    .filter((url) => !preloaded.has(url))
    .map((url) => `<link rel="modulepreload" fetchpriority="low" href="${escaped(url)}"${attribute}>`);

  let written = '';
  let from = 0;
  for (const token of tokens) {
    written += html.slice(from, token.at);
    if (token === end) written += opening + links.join('');
    const { preload, isOpening } = token;
    // Nobody imports what the map leads elsewhere.
    const isStale = isOpening || (preload !== undefined && mapped(preload) !== preload);
    from = token.at + (isStale ? token.length : 0);
  }
  return written + html.slice(from);
}

/**
 * Makes what writes into a page's first HTML the list and the dashboard that it opens with, and preloads of the bundles that may
 * run, so that the page and its widgets come in two waves of requests. Preloads are a hint alone: what may run, the host API
 * decides at each request.
 *
 * @example
 * const hints = createHints({ plugins: 'plugins', trust });
 * app.get('/plugin/:id/:name', async (c) => c.html(await hints(html, c.req.param('id'), c.req.param('name'))));
 */
export function createHints({ plugins, trust, base: given = API_BASE }: HintsOptions): Hints {
  const list = createPluginList(createPluginsReader(plugins), createBundles(trust));
  const base = given.replace(/\/+$/, '');
  return async (html, plugin, name, nonce) => {
    try {
      const part = await list.part(plugin, name);
      if (!part) return html;
      const { answer, document } = part;
      // The links name them.
      const { bundles, ...dashboard } = answer.dashboard;
      const names = `"plugin":${JSON.stringify(plugin)},"name":${JSON.stringify(name)}`;
      // No text of a script may look like its end, or like a comment.
      const json =
        `{${names},"list":${JSON.stringify({ ...answer, dashboard })},"dashboard":${document}}`.replaceAll(
          '<',
          String.raw`\u003c`,
        );
      const opening = `<script type="application/json" id="${PRELOADED_ID}">${json}</script>`;
      const paths = [...SHIMS_OF_ALL.map(shimPath), ...bundles];
      return writeInto(
        html,
        opening,
        paths.map((path) => base + path),
        nonce,
      );
    } catch {
      // What is wrong says the host API, which the page asks then.
      return html;
    }
  };
}
