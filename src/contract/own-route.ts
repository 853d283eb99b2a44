import { isMatch, PLUGIN_ID } from './issues.ts';
import { PLUGINS } from './urls.ts';

/** The first segments of routes below `/plugins/<id>/` that are the host's, here and in NousViz 1.0. */
const HOST_ROUTES = new Set([
  'widget',
  'source',
  'dashboards',
  'frontend-components',
  'trust-history',
  'install',
  'uninstall',
  'settings',
]);
const HOST_ACT = /^(?:trust|revoke|sandbox)(?:-|$)/;

/** A segment that every server reads as it stands: nothing that one of them decodes, cuts off or resolves. */
const PLAIN_SEGMENT =
  /^(?!\.{1,2}$)(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%(?!2[EeFf5]|5[Cc]|3[Bb]|00)[\dA-Fa-f]{2})+$/;

/** The first segment of a plugin's own route; nothing is encoded, so that no server decodes it to a route of the host. */
const PLAIN_NAME = /^[A-Za-z0-9._~-]+$/;

/** Whether a segment is the name of a host's route for a server that ignores case or adds a suffix. */
function isOfHost(segment: string): boolean {
  const [name = ''] = segment.toLowerCase().split('.');
  return HOST_ROUTES.has(name) || HOST_ACT.test(name);
}

/**
 * Whether a path is one of a plugin's own routes, `<base>/plugins/<id>/…`, however servers may read it (CONTRACT X2). Paths that
 * servers read differently are refused: dot segments, empty segments, encoded slashes and the like.
 *
 * @param path The path as it is sent, without the query.
 */
export function isOwnRoute(base: string, pluginId: unknown, path: string): boolean {
  if (!isMatch(PLUGIN_ID, pluginId)) return false;
  const prefix = `${base}${PLUGINS}/${pluginId}/`;
  if (!path.startsWith(prefix)) return false;
  const [first = '', ...others] = path.slice(prefix.length).split('/');
  // A slash at the end is a route of its own.
  if (others.at(-1) === '') others.pop();
  return (
    PLAIN_NAME.test(first) && !isOfHost(first) && [first, ...others].every((part) => PLAIN_SEGMENT.test(part))
  );
}
