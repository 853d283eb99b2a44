import * as vite from 'vite';
import { API_BASE, dashboardPath, PLUGINS, shimPath, WITH_LIST } from '../contract/index.ts';
import type { Route } from './routes.ts';

/** The shims that every page loads with its first widget. */
const FIRST_SHIMS = ['react.js', 'react-jsx-runtime.js'] as const;

/**
 * Requests the answer that the page needs first, stores it on the script's own element, and preloads the first shims, and the
 * widgets as soon as the answers name them. The host repeats requests that fail here. The function runs in the page from its source text, so it cannot
 * use anything else of this module.
 */
function preload(
  apiBase: string,
  whole: string,
  between: string,
  withList: string,
  routes: readonly Route[],
  shims: readonly string[],
) {
  try {
    const script = document.currentScript as HTMLScriptElement & { preloaded?: object };
    // A server may have written the answers into the page already.
    if (document.getElementById(script.id) !== script) return;
    let token: string | null = null;
    try {
      token = localStorage.getItem('nousviz_auth_token');
    } catch {}
    // Not relative to the document's base, which a <base> element may move to another site.
    const urlOf = (path: string) => new URL(apiBase + path, location.href);
    const request = (path: string) =>
      fetch(urlOf(path), {
        headers: token ? { 'X-Session-Token': token } : {},
        cache: 'no-cache',
        redirect: 'manual',
      })
        .then((answer) =>
          answer.ok ? Promise.all([answer.json(), answer.headers.get('content-type')]) : undefined,
        )
        .catch(() => {});
    // The host's script should load first, and an import map must. The browser takes the hashes from the map.
    const parsed = new Promise<unknown>((resolve) =>
      document.readyState === 'loading'
        ? document.addEventListener('readystatechange', resolve, { once: true })
        : resolve(0),
    );
    const preloadAll = (urls: (URL | string)[]) =>
      new URLSearchParams(location.search).has('disable-plugins') ||
      document.head.append(
        ...urls.map((href) =>
          Object.assign(document.createElement('link'), {
            rel: 'modulepreload',
            fetchPriority: 'low',
            nonce: script.nonce,
            href,
          }),
        ),
      );
    // A widget imports a shim from the root of its site, and an import map may lead to another URL.
    const urlInMap = (shim: string) => {
      const url = new URL(shim, urlOf('')).href;
      for (const { text } of document.querySelectorAll<HTMLScriptElement>('script[type=importmap]'))
        for (const [from, to] of Object.entries<string>(JSON.parse(text).imports ?? {}))
          if (new URL(from, document.baseURI).href === url) return new URL(to, document.baseURI);
      return url;
    };
    parsed.then(() => preloadAll(shims.map(urlInMap))).catch(() => {});

    for (const [pattern, shown] of routes) {
      const ids = location.pathname.replace(new RegExp(pattern, 'i'), shown).split('/');
      const [plugin, name] = ids.map(decodeURIComponent);
      // A path that does not match is unchanged, so it begins with a slash.
      if (!plugin || !name) continue;
      const answer = request(`${whole}/${[plugin, name].map(encodeURIComponent).join(between)}?${withList}`);
      script.preloaded = { base: apiBase, plugin, name, token, answer };
      Promise.all([answer, parsed])
        .then(([found]) => preloadAll(found![0].list.dashboard.bundles.map(urlOf)))
        .catch(() => {});
      return;
    }
    script.preloaded = { base: apiBase, token, answer: request(whole) };
  } catch {}
}

type Esbuild = Pick<typeof vite, 'transformWithEsbuild'>;

/** The source text of the inline script that requests a page's first answers before the page's own modules run. */
export async function preloadScript(apiBase: string, routes: readonly Route[]): Promise<string> {
  const between = dashboardPath('', '').slice(`${PLUGINS}/`.length);
  const shims = FIRST_SHIMS.map((shim) => API_BASE + shimPath(shim));
  const given = [apiBase, PLUGINS, between, WITH_LIST, routes, shims];
  const source = `(${preload})(${given.map((value) => JSON.stringify(value)).join()})`;
  // Vite 8 has its own minifier; older versions use esbuild.
  const { code } =
    'minify' in vite
      ? await vite.minify('preload.js', source, { module: false })
      : await (vite as Esbuild).transformWithEsbuild(source, 'preload.js', { minify: true });
  // The script must not contain its end tag. "<" occurs only in strings.
  return code.trim().replaceAll('<', String.raw`\x3c`);
}
