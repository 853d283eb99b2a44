import { bundlePath, isNameable, shimPath, sourceOf } from '../contract/index.ts';
import { hashSource, INLINE_SCRIPTS } from './frame-boot.ts';

/** What the page of a sandboxed plugin's frame depends on. */
export interface SandboxPlace {
  pluginId: string;
  /** The path of the host API as the browser sees it, without a trailing slash. */
  base: string;
  /** The origins under which the browser may see the frame's page and its files. */
  origins: readonly string[];
  /** The origins of the host's pages, which show the frame, besides the origin of the frame's own page. */
  hosts?: readonly string[];
  /** The SHA-256 of the frame's script, so that the page can hand it over; otherwise each frame requests it. */
  script?: string;
}

/**
 * The features that the header denies: those that Chromium knows on every system. It reports unknown ones in the console. A frame has
 * few others, since most are for the host's own origin unless the host passes them on.
 */
const FEATURES = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'clipboard-read',
  'clipboard-write',
  'compute-pressure',
  'cross-origin-isolated',
  'deferred-fetch',
  'deferred-fetch-minimal',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'interest-cohort',
  'keyboard-map',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'otp-credentials',
  'payment',
  'picture-in-picture',
  'private-state-token-issuance',
  'private-state-token-redemption',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'sync-xhr',
  'usb',
  'window-management',
  'xr-spatial-tracking',
];

const ADDRESS = /^https?:\/\/\[[\da-f:.]+\](?::\d+)?$/i;

/**
 * Makes the value of `Connection-Allowlist` for a page that the browser sees under one of these origins. The network service of Chromium
 * 156 crashes at `response-origin` where that is an IPv6 address, so addresses are written out, as patterns whose colons are escaped.
 */
export function allowlistOf(origins: readonly string[]): string {
  if (!origins.some((origin) => ADDRESS.test(origin))) return '(response-origin)';
  const patterns = origins
    .filter((origin) => ADDRESS.test(origin) || isNameable(origin))
    .map((origin) =>
      origin
        .replace(/\[.*\]/, (host) => host.replaceAll(':', String.raw`\\:`))
        // A proxy may have ended TLS.
        .replace(/^http:/, '*:'),
    );
  return `(${patterns.map((pattern) => `"${pattern}"`).join(' ')})`;
}

/**
 * What reaches nobody, and so is allowed in every policy of a frame: the compilation of WebAssembly, workers whose code is in the bundle,
 * which have the policies of the frame, and requests of what the widget made itself.
 */
const LOCAL = { script: "'wasm-unsafe-eval'", made: ['blob:', 'data:'] };

/** A second policy, which limits the sources with `*` to the origin of the page: browsers apply both policies. */
const withOwnOnly = (policy: string) =>
  `${policy}, script-src 'self' ${policy.match(/'sha256-[^']+'/g)!.join(' ')} ${LOCAL.script} data:; ` +
  `connect-src 'self' ${LOCAL.made.join(' ')}; worker-src ${LOCAL.made.join(' ')}`;

/**
 * Makes the Content-Security-Policy of the page of a sandboxed plugin's frame (CONTRACT X2). It names paths, which `'self'` cannot, so
 * that the frame reaches its own files and no other route of the host.
 */
export function sandboxPolicy({ pluginId, base, origins, hosts = [], script }: SandboxPlace): string {
  const sources = [...new Set(origins.map(sourceOf))];
  const under = (path: string) => sources.map((origin) => `${origin}${base}${path}`);
  const own = under(bundlePath(pluginId, ''));
  const directives: Record<string, readonly string[]> = {
    'default-src': ["'none'"],
    // The shims are `data:` URLs; the frame's script then forbids these, before any code of the plugin runs.
    'script-src': [
      ...under(shimPath('')),
      ...own,
      ...INLINE_SCRIPTS,
      ...(script ? [hashSource(script)] : []),
      LOCAL.script,
      'data:',
    ],
    'style-src': ["'unsafe-inline'"],
    'img-src': ['data:', 'blob:'],
    'font-src': ['data:'],
    'connect-src': [...own, ...LOCAL.made],
    'worker-src': LOCAL.made,
    'frame-src': ["'none'"],
    'form-action': ["'none'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'self'", ...hosts.filter(isNameable)],
    // Also if the page is opened outside a frame.
    sandbox: ['allow-scripts'],
  };
  const policy = Object.entries(directives)
    .map(([name, values]) => [name, ...values].join(' '))
    .join('; ');
  return origins.every(isNameable) ? policy : withOwnOnly(policy);
}

/** Makes the headers of the page of a sandboxed plugin's frame. */
export const sandboxHeaders = (place: SandboxPlace): Record<string, string> => ({
  'Content-Security-Policy': sandboxPolicy(place),
  // Stops what a policy does not cover, such as WebRTC and the navigation of the frame.
  'Connection-Allowlist': allowlistOf(place.origins),
  'Permissions-Policy': FEATURES.map((feature) => `${feature}=()`).join(', '),
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  // So that a host with `require-corp` can show the frame, in Firefox too; all that the frame loads allows it.
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
});

/**
 * Changes the policy of a frame for a proxy that has replaced the name of the server: its sources get the origin that the browser sees.
 *
 * @param policy A policy of {@link sandboxPolicy}.
 */
export function policyAt(policy: string, origin: string): string {
  const changed = policy.replace(/\b(?:script|connect)-src [^;,]*/g, (directive) => {
    const sources = directive
      .split(' ')
      .map((source) => source.replace(/^https?:\/\/[^/]+(?=\/)/, sourceOf(origin)));
    return [...new Set(sources)].join(' ');
  });
  return isNameable(origin) || policy.includes(', ') ? changed : withOwnOnly(changed);
}
