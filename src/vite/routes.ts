import { parse } from 'regexparam';

/**
 * A kind of path that shows a dashboard, as two arguments of `replace`: the source of a regular expression that looks at no case,
 * and `<plugin id>/<dashboard>`, both encoded, with `$1` for its first group.
 */
export type Route = readonly [pattern: string, dashboard: string];

const escape = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** A base that is a path of the page's own site; a relative one, or that of another site, says nothing about where the page is. */
export const pathOf = (base: string) => (/^\/(?!\/)/.test(base) ? base : '/');

/**
 * Compiles routes, in their order, of which the first that fits counts.
 *
 * @param dashboards `<plugin id>/<dashboard>` by route; either may be a parameter of the route, `:id`.
 * @param base Vite's, which goes before every route.
 * @throws {Error} for what names no dashboard, or a parameter that the route has not.
 */
export function compileRoutes(dashboards: Readonly<Record<string, string>>, base: string): Route[] {
  const start = escape(pathOf(base).replace(/\/$/, ''));
  return Object.entries(dashboards).map(([route, dashboard]) => {
    const refuse = (reason: string) =>
      new Error(`nousvizHost: dashboards: "${route}": "${dashboard}": ${reason}.`);
    const { pattern, keys } = parse(route);
    const parts = dashboard.split('/');
    if (parts.length !== 2 || parts.includes(''))
      throw refuse('it has to be a plugin’s id, a slash, and the name of a dashboard');
    const replaced = parts.map((part) => {
      if (!part.startsWith(':')) return encodeURIComponent(part);
      const group = keys.indexOf(part.slice(1)) + 1;
      // Such a group may hold slashes.
      if (group === 0 || part === ':*') throw refuse(`${part} is no parameter of the route`);
      return `$${group}`;
    });
    return [`^${start}${pattern.source.slice(1)}`, replaced.join('/')];
  });
}
