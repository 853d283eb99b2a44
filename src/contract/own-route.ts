import { isMatch, PLUGIN_ID } from './issues.ts';
import { PLUGINS } from './urls.ts';

/**
 * What a host decides about a plugin, or does with its code. A first segment that begins with such a word is the host's, in this
 * package, in NousViz 1.0 and in later versions, whatever follows: `trust-frontend`, `enable`, `update-check`.
 */
const ACTS =
  /^(?:trust|untrust|refuse|revoke|sandbox|consent|approve|grant|enable|disable|activate|deactivate|install|uninstall|reinstall|update|upgrade|downgrade|rollback|reload)$/;

/** Other names of a host's routes. */
const NAMES =
  /^(?:widget|source|dashboard|dashboards|component|components|frontend|frontend-component|frontend-components|manifest|setting|settings|config|configs|configuration|env|credential|credentials|secret|secrets|api-key|api-keys|deploy-key|deploy-keys|permission|permissions|audit|audit-log|audit-logs|hook|hooks|lifecycle|restart|remove|delete|purge|migrate|register|unregister|suspend)$/;

/** A segment that every server reads as it stands: nothing that one of them decodes, cuts off or resolves. */
const PLAIN_SEGMENT =
  /^(?!\.{1,2}$)(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%(?!2[EeFf5]|5[Cc]|3[Bb]|00)[\dA-Fa-f]{2})+$/;

/** The first segment of a plugin's own route; nothing is encoded, so that no server decodes it to a route of the host. */
const PLAIN_NAME = /^[A-Za-z0-9._~-]+$/;

/** Whether a segment is the name of a host's route, also for a server that ignores case or adds a suffix. */
function isOfHost(segment: string): boolean {
  const name = segment.split('.').find(Boolean) ?? '';
  const parts = name
    .replace(/([a-z\d])(?=[A-Z])/g, '$1-')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);
  return parts.length === 0 || ACTS.test(parts[0]!) || NAMES.test(parts.join('-'));
}

/**
 * Whether a path is one of a plugin's own routes, `<base>/plugins/<id>/…`, however servers may read it (CONTRACT X2). Paths that
 * servers read differently are refused: dot segments, empty segments, encoded slashes and the like. A plugin's routes and the host's
 * share a prefix, so a name that could be the host's is the host's; a server also refuses its own routes by {@link WIDGET_HEADER}.
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
