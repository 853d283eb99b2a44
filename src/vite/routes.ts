import { parse } from 'regexparam';

/**
 * A route to a dashboard, as two arguments of `replace`: the source of a regular expression that ignores case, and
 * `<plugin id>/<dashboard>`, both encoded, with `$1` for the first group.
 */
export type Route = readonly [pattern: string, dashboard: string];

const escape = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** The path of Vite's base on the page's own site, or `/` for a relative base or one on another site. */
export const basePath = (base: string) => (/^\/(?!\/)/.test(base) ? base : '/');

/**
 * Compiles routes in their order; the first that matches wins.
 *
 * @param dashboards `<plugin id>/<dashboard>` by route. Both parts may be parameters of the route, `:id`.
 * @param base Vite's base, before every route.
 * @throws {Error} for an invalid dashboard, and for a parameter that the route does not have.
 */
export function compileRoutes(dashboards: Readonly<Record<string, string>>, base: string): Route[] {
  const start = escape(basePath(base).replace(/\/$/, ''));
  return Object.entries(dashboards).map(([route, dashboard]) => {
    const invalid = (reason: string) =>
      new Error(`nousvizHost: dashboards: "${route}": "${dashboard}": ${reason}.`);
    const { pattern, keys } = parse(route);
    const parts = dashboard.split('/');
    if (parts.length !== 2 || parts.includes(''))
      throw invalid('it must be a plugin’s id, a slash and the name of a dashboard');
    const replaced = parts.map((part) => {
      if (!part.startsWith(':')) return encodeURIComponent(part);
      const group = keys.indexOf(part.slice(1)) + 1;
      // The group of a wildcard may contain slashes.
      if (group === 0 || part === ':*') throw invalid(`${part} is not a parameter of the route`);
      return `$${group}`;
    });
    return [`^${start}${pattern.source.slice(1)}`, replaced.join('/')];
  });
}
