// @vitest-environment node
import { expect, test } from 'vitest';
import { FRAME_LIMITS } from '../../bundling/frame-limits.ts';
import { POWERS, type Power } from '../powers.ts';
import { powerOfViolation, refusalOf } from './refused-power.ts';

const errorOf = (name: string, message: string) => Object.assign(new Error(message), { name });

/** Errors of frames, as browsers word them. */
const ERRORS: [Power, string, string][] = [
  [
    'storage',
    'SecurityError',
    "Failed to read the 'localStorage' property from 'Window': The document is sandboxed and lacks the 'allow-same-origin' flag.",
  ],
  [
    'storage',
    'SecurityError',
    "Failed to set the 'cookie' property on 'Document': The document is sandboxed and lacks the 'allow-same-origin' flag.",
  ],
  [
    'storage',
    'SecurityError',
    "Failed to execute 'open' on 'IDBFactory': access to the Indexed Database API is denied in this context.",
  ],
  [
    'storage',
    'SecurityError',
    "Failed to execute 'get' on 'CookieStore': Access to the CookieStore API is denied in this context",
  ],
  [
    'storage',
    'SecurityError',
    "Failed to execute 'request' on 'LockManager': Access to the Locks API is denied in this context.",
  ],
  [
    'page',
    'SecurityError',
    "Failed to read a named property 'document' from 'Window': Blocked a frame with origin \"null\" from accessing a cross-origin frame.",
  ],
  [
    'page',
    'SecurityError',
    "Failed to set the 'domain' property on 'Document': Assignment is forbidden for sandboxed iframes.",
  ],
  ['page', 'SecurityError', 'Permission denied to access property "document" on cross-origin object'],
  [
    'navigation',
    'SecurityError',
    "Failed to set the 'href' property on 'Location': The current window does not have permission to navigate the target frame to 'https://host.test/'.",
  ],
  [
    'navigation',
    'SecurityError',
    "Failed to execute 'pushState' on 'History': A history state object with URL 'https://host.test/a' cannot be created in a document with origin 'null'.",
  ],
  [
    'workers',
    'SecurityError',
    "Failed to read the 'serviceWorker' property from 'Navigator': Service worker is disabled because the context is sandboxed and lacks the 'allow-same-origin' flag.",
  ],
  [
    'workers',
    'SecurityError',
    "Failed to construct 'Worker': Script at 'https://host.test/w.js' cannot be accessed from origin 'null'.",
  ],
  ['workers', 'ReferenceError', 'SharedWorker is not defined'],
  ['workers', 'ReferenceError', "Can't find variable: SharedWorker"],
  ['network', 'ReferenceError', 'RTCPeerConnection is not defined'],
  ['devices', 'ReferenceError', 'EyeDropper is not defined'],
  ['network', 'TypeError', 'window.webkitRTCPeerConnection is not a constructor'],
  ['code', 'EvalError', 'Evaluating a string as JavaScript violates the following Content Security Policy'],
  ['code', 'EvalError', 'call to Function() blocked by CSP'],
  [
    'devices',
    'NotAllowedError',
    "Failed to execute 'readText' on 'Clipboard': The Clipboard API has been blocked because of a permissions policy applied to the current document.",
  ],
  [
    'devices',
    'SecurityError',
    "Failed to execute 'getGamepads' on 'Navigator': Access to the feature \"gamepad\" is disallowed by permissions policy.",
  ],
  ['screen', 'TypeError', 'Disallowed by permissions policy'],
  ['screen', 'TypeError', 'Fullscreen request denied'],
  ['other', 'SecurityError', 'The operation is insecure.'],
];

test.each(ERRORS)('%s: %s: %s', (power, name, message) =>
  expect(refusalOf(errorOf(name, message), [])).toEqual({ power }),
);

test.each([
  ['TypeError', "Cannot read properties of undefined (reading 'cookie')"],
  ['TypeError', "Cannot read properties of null (reading 'requestFullscreen')"],
  ['TypeError', 'Failed to fetch'],
  ['ReferenceError', 'localStorage2 is not defined'],
  ['NotAllowedError', "play() failed because the user didn't interact with the document first."],
  ['RangeError', 'Maximum call stack size exceeded'],
])('finds no power in %s: %s', (name, message) =>
  expect(refusalOf(errorOf(name, message), [])).toBeUndefined(),
);

test.each([undefined, null, 5, 'SecurityError', {}, Object.create(null), new Proxy({}, { get: () => 1 })])(
  'finds no power in a thrown %s',
  (thrown) => expect(refusalOf(thrown, [])).toBeUndefined(),
);

test('finds no power in what throws when it is read', () => {
  const sly = new Proxy(
    {},
    {
      get() {
        throw new Error('read');
      },
    },
  );
  expect(refusalOf(sly, [])).toBeUndefined();
});

test('a route that the page refuses is a power of its own', () =>
  expect(
    refusalOf(Object.assign(new Error('x'), { name: 'WidgetError', code: 'ROUTE_REFUSED' }), []),
  ).toEqual({ power: 'routes' }));

const violation = (effectiveDirective: string, blockedURI: string) => ({ effectiveDirective, blockedURI });

test.each<[string, string, Power]>([
  ['connect-src', 'https://other.test', 'network'],
  ['script-src-elem', 'https://other.test/a.js', 'network'],
  ['script-src', 'eval', 'code'],
  ['script-src-elem', 'inline', 'code'],
  ['script-src-elem', 'data', 'code'],
  ['img-src', 'https://other.test/a.png', 'media'],
  ['font-src', 'https://other.test/a.woff', 'media'],
  ['style-src-elem', 'https://other.test/a.css', 'media'],
  ['worker-src', 'https://host.test/w.js', 'workers'],
  ['frame-src', 'https://other.test', 'frames'],
  ['object-src', 'https://other.test', 'frames'],
  ['form-action', 'https://other.test', 'forms'],
  ['base-uri', 'https://other.test', 'other'],
])('a violation of %s by %s means %s', (directive, uri, power) =>
  expect(powerOfViolation(violation(directive, uri))).toBe(power),
);

test.each([
  'Failed to fetch',
  'Load failed',
  'NetworkError when attempting to fetch resource.',
  'Failed to fetch dynamically imported module: https://other.test/a.js',
])('names the address of a request that the policy has refused: %s', (message) => {
  const violations = [
    violation('connect-src', 'https://first.test'),
    violation('connect-src', 'https://other.test'),
    violation('img-src', 'https://third.test'),
  ];
  expect(refusalOf(new TypeError(message), violations)).toEqual({
    power: 'network',
    address: 'https://other.test',
  });
  expect(refusalOf(new TypeError(message), violations.slice(2))).toBeUndefined();
});

test('has a sentence for each limit that "check" notes, and one for the rest', () =>
  expect(Object.keys(POWERS)).toEqual([...Object.keys(FRAME_LIMITS), 'other']));
