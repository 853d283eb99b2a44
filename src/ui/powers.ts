import type { Findings } from '../contract/index.ts';

/** The powers that no widget needs, the worst first. */
const SEVERE = ['session', 'intercepts', 'allStorage', 'decides'] as const;
/** The further powers that an operator should know before a decision, the worst first. */
const RISKY = [
  'hosts',
  'code',
  'hidden',
  'otherRoutes',
  'cookies',
  'storage',
  'network',
  'addresses',
  'workers',
  'navigation',
  'features',
  'modules',
] as const;
const HARMLESS = ['ownRoutes', 'query', 'helpers'] as const;
const POWERS = [...SEVERE, ...RISKY, ...HARMLESS] as const;

/** What code can reach for: one kind of finding. */
export type Power = (typeof POWERS)[number];

/** A power that was found in a plugin's code. */
export interface FoundPower {
  power: Power;
  /** The names that were found: hosts, paths, browser features. */
  names: readonly string[];
  isRisky: boolean;
  /** Whether no widget needs it. */
  isSevere: boolean;
}

/** The power to reach for each browser feature, by the names that the server finds. */
const REACHES: readonly (readonly [Power, RegExp])[] = [
  ['session', /^session token$/],
  ['intercepts', /^new |\.prototype$/],
  ['allStorage', /\[\*]$/],
  // A member of the window whose name is not known before the code runs.
  ['hidden', /\[…]$/],
  ['code', /^(?:eval|Function|importScripts|javascript:|document\.write.*)$|\(".+"\)$/],
  ['cookies', /^(?:document\.(?:cookie|domain)|cookieStore)$/],
  ['storage', /^(?:(?:local|session)Storage|indexedDB|caches)$/],
  ['network', /^(?:fetch|XMLHttpRequest|Web\w+|EventSource|RTCPeerConnection|navigator\.sendBeacon)$/],
  ['workers', /Worker$|^(?:BroadcastChannel|addModule)$/],
  ['navigation', /^(?:location|navigation|click)\b|^open$/],
  ['addresses', /^(?:src|srcset|poster|href|data|action|formaction|url\(…\))$/i],
];

const powerOfReach = (name: string): Power =>
  REACHES.find(([, names]) => names.test(name))?.[0] ?? 'features';

/**
 * The first words of a host's routes below a plugin: decisions, installations and settings. `isOwnRoute` decides what a frame may
 * request; this only names what a bundle's text says, in fewer bytes.
 */
const OF_HOST =
  /^(?:refuse-|(?:un|re|de)?(?:trust|voke|sandbox|grant|enabl|disabl|install|upda|upgra|setting|config|credential|secret|permission))/i;
/** Spellings that servers resolve to other paths. */
const ODD = /\.\.|%|\\|;|\/\//;

/** The power to call a path of the host API; `…` stands for a value that is inserted at run time. */
function powerOfPath(pluginId: string, path: string): Power {
  const rest = path.slice(path.indexOf('api/') + 'api/'.length);
  if (/^query\/?$/.test(rest)) return 'query';
  const [, owner = '', route] = /^plugins\/([^/]+)\/(.+)$/.exec(rest) ?? [];
  // Most widgets add their own id and a route at run time.
  if (rest === 'plugins/…') return 'ownRoutes';
  if (!route || ODD.test(route)) return 'otherRoutes';
  // A route of the host has the same name for every plugin.
  if (OF_HOST.test(route)) return 'decides';
  return owner === pluginId || owner === '…' ? 'ownRoutes' : 'otherRoutes';
}

/** A shim of this page's own host (CONTRACT S1), and no file of another host. */
const SHIM = /^\/(?!\/)[^?#]*\bwidget-runtime\/react[\w-]*\.js$/;

/**
 * Groups what was found in a plugin's files by power: the worst first, and nothing for a power that was not found.
 *
 * @param findings Those of each file.
 */
export function powersOf(pluginId: string, findings: readonly Findings[]): FoundPower[] {
  const found = new Map<Power, Set<string>>();
  const add = (power: Power, name: string) =>
    found.set(power, (found.get(power) ?? new Set<string>()).add(name));
  for (const { reaches = [], hosts = [], api_paths = [], imports = [], helpers = [] } of findings) {
    for (const name of reaches) add(powerOfReach(name), name);
    for (const name of hosts) add('hosts', name);
    for (const path of api_paths) add(powerOfPath(pluginId, path), path);
    for (const name of imports) if (!SHIM.test(name)) add('modules', name);
    for (const name of helpers) add('helpers', name);
  }
  return POWERS.filter((power) => found.has(power)).map((power) => ({
    power,
    names: [...found.get(power)!],
    isSevere: SEVERE.some((one) => one === power),
    isRisky: !HARMLESS.some((one) => one === power),
  }));
}

/** The powers of which `after` has names that `before` lacks, with these names alone. */
export const addedPowers = (before: readonly FoundPower[], after: readonly FoundPower[]): FoundPower[] =>
  after.flatMap((found) => {
    const known = before.find(({ power }) => power === found.power)?.names ?? [];
    const names = found.names.filter((name) => !known.includes(name));
    return names.length > 0 ? [{ ...found, names }] : [];
  });
