import * as vite from 'vite';
import { dashboardPath, listPartPath, PLUGINS } from '../contract/index.ts';
import type { Route } from './routes.ts';

/** A path's text before a plugin's id, and between that and a dashboard's name. */
type Around = readonly [start: string, between: string];

/**
 * Runs in the page, as text: it cannot use anything else of this module. Requests the answers that the page needs first, leaves them
 * on its own element, and preloads the widgets as soon as the answers name them. The host repeats requests that fail here.
 */
function preload(
  apiBase: string,
  whole: string,
  part: Around,
  ofDashboard: Around,
  routes: readonly Route[],
) {
  try {
    const script = document.currentScript as HTMLScriptElement & { preloaded?: object };
    // A server may have written the answers into the page already.
    if (document.getElementById(script.id) !== script) return;
    let token: string | null = null;
    try {
      token = localStorage.getItem('nousviz_auth_token');
    } catch {}
    // Not by the document's base, which an element <base> may move to another site.
    const urlOf = (path: string) => new URL(apiBase + path, location.href);
    const ask = (path: string) =>
      fetch(urlOf(path), {
        headers: token ? { 'X-Session-Token': token } : {},
        cache: 'no-store',
        redirect: 'manual',
      })
        .then((answer) => (answer.ok ? answer.json() : undefined))
        .catch(() => {});

    for (const [pattern, shown] of routes) {
      const ids = location.pathname.replace(new RegExp(pattern, 'i'), shown).split('/');
      const [plugin, name] = ids.map(decodeURIComponent);
      // A path that does not fit stays as it is, and begins with a slash.
      if (!plugin || !name) continue;
      const below = ([start, between]: Around) =>
        ask(start + [plugin, name].map(encodeURIComponent).join(between));
      const list = below(part);
      script.preloaded = { plugin, name, token, list, dashboard: below(ofDashboard) };
      if (!new URLSearchParams(location.search).has('disable-plugins'))
        list
          .then(async ({ dashboard: { bundles } }) => {
            // The host's script goes first, and an import map has to.
            if (document.readyState === 'loading')
              await new Promise((parsed) => document.addEventListener('readystatechange', parsed));
            document.head.append(
              ...bundles.map((path: string) =>
                Object.assign(document.createElement('link'), {
                  rel: 'modulepreload',
                  fetchPriority: 'low',
                  nonce: script.nonce,
                  href: urlOf(path),
                }),
              ),
            );
          })
          .catch(() => {});
      return;
    }
    script.preloaded = { token, list: ask(whole) };
  } catch {}
}

type Esbuild = Pick<typeof vite, 'transformWithEsbuild'>;

/** The text of the inline script that requests a page's first answers, before any of its modules has run. */
export async function preloadScript(apiBase: string, routes: readonly Route[]): Promise<string> {
  // The functions that spell the URLs encode the marks.
  const around = (pathOf: typeof dashboardPath) => pathOf(':', ':').split('%3A', 2);
  const given = [apiBase, PLUGINS, around(listPartPath), around(dashboardPath), routes];
  const source = `(${preload})(${given.map((value) => JSON.stringify(value)).join()})`;
  // Vite 8 has a minifier of its own; before, it is esbuild.
  const { code } =
    'minify' in vite
      ? await vite.minify('preload.js', source, { module: false })
      : await (vite as Esbuild).transformWithEsbuild(source, 'preload.js', { minify: true });
  // A script must not contain its end tag; the code itself has no "<".
  return code.trim().replaceAll('<', String.raw`\x3c`);
}
