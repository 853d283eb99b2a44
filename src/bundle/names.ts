/** The helpers that the host gives to widgets. */
export const HELPERS: ReadonlySet<string> = new Set([
  'apiFetch',
  'formatRelativeTime',
  'formatAbsoluteTime',
  'formatNumber',
  'formatBytes',
  'cn',
]);

/** Globals that are findings wherever they are named. */
export const GLOBALS: ReadonlySet<string> = new Set([
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'caches',
  'cookieStore',
  'XMLHttpRequest',
  'WebSocket',
  'WebTransport',
  'EventSource',
  'RTCPeerConnection',
  'Worker',
  'SharedWorker',
  'BroadcastChannel',
]);

/** Functions that are findings where they are named, except as an operand: other code may call them then. */
export const PASSED_FUNCTIONS: ReadonlySet<string> = new Set(['fetch', 'eval', 'importScripts']);

/** Globals of the page through which the requests of others go. A new value is a finding, and a new member of their prototypes. */
export const INTERCEPTED: ReadonlySet<string> = new Set([
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'Request',
  'Response',
  'Headers',
  'Storage',
  'EventTarget',
  'NousViz',
]);

/** Functions that are findings only where they are called. */
export const CALLED_FUNCTIONS: ReadonlySet<string> = new Set([...PASSED_FUNCTIONS, 'Function', 'open']);

/** Names of the window, and of other windows of the same origin. */
const WINDOWS: ReadonlySet<string> = new Set([
  'window',
  'globalThis',
  'self',
  'top',
  'parent',
  'frames',
  'opener',
]);

/** Members of the global objects that are findings. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  document: ['cookie', 'write', 'writeln', 'domain'],
  navigator: [
    'sendBeacon',
    'serviceWorker',
    'clipboard',
    'geolocation',
    'mediaDevices',
    'credentials',
    'usb',
    'bluetooth',
  ],
  location: ['assign', 'replace'],
  navigation: ['navigate'],
};

/** The members of an object that matter, by its path; that of the window is empty. */
const SENSITIVE: Readonly<Record<string, readonly string[]>> = {
  ...MEMBERS,
  '': [...GLOBALS, ...CALLED_FUNCTIONS, ...WINDOWS, ...Object.keys(MEMBERS), 'Image', 'Reflect', 'Object'],
  document: [...MEMBERS['document']!, 'location', 'defaultView'],
  location: [...MEMBERS['location']!, 'href'],
  localStorage: ['nousviz_auth_token'],
  sessionStorage: ['nousviz_auth_token'],
};

/** The browser's storages of strings, which have the session token among their keys. */
export const isStorage = (path: string): boolean => /^(?:local|session)Storage$/.test(path);

/** The path of a member of a global object: `''` for the window, `document.cookie`. */
export function memberPath(path: string, name: string): string {
  if (name === 'defaultView' || name === 'contentWindow') return '';
  if (name === 'ownerDocument' || name === 'contentDocument') return 'document';
  if (path === '') return WINDOWS.has(name) ? '' : name;
  return path === 'document' && name === 'location' ? name : `${path}.${name}`;
}

/** Globals whose results are no names. */
export const NUMBERS = /^(?:Symbol|Math|Number|Date|Boolean|BigInt|parseInt|parseFloat|performance)$/;
/** Globals that give back what they are given, or something that contains it. */
export const PASSES =
  /^(?:Proxy|Object(?:\.(?:assign|create|freeze|getPrototypeOf|values|entries))?|Promise\.(?:resolve|all)|Array\.(?:of|from))$/;
/** Further globals that are followed. */
const FOLLOWED =
  /^(?:(?:local|session)Storage\.getItem|JSON(?:\.stringify)?|Object\.(?:keys|getOwnPropertyNames)|document(?:\.(?:createElement|createElementNS))?|navigator|location(?:\..*)?|navigation|Image|Promise|Array|set(?:Timeout|Interval)|structuredClone|Reflect(?:\.(?:get|set|apply|construct|getOwnPropertyDescriptor|ownKeys))?|Object\.(?:getOwnPropertyDescriptors?|defineProperty|defineProperties)|.*\b(?:call|apply|bind|valueOf))$/;

/** Whether what has the path is followed. */
export const isFollowed = (path: string): boolean =>
  path === '' || isFinding(path) || FOLLOWED.test(path) || PASSES.test(path);

/** Whether the use of a global object is a finding. */
export function isFinding(path: string): boolean {
  if (GLOBALS.has(path) || CALLED_FUNCTIONS.has(path)) return true;
  const dot = path.indexOf('.');
  return dot > 0 && isMemberOf(MEMBERS, path.slice(0, dot), path.slice(dot + 1));
}

const isMemberOf = (members: Readonly<Record<string, readonly string[]>>, owner: string, name: string) =>
  Object.hasOwn(members, owner) && members[owner]!.includes(name);

/** Whether a global object has members that matter. */
export const hasSensitive = (path: string): boolean => Object.hasOwn(SENSITIVE, path);

/** Whether a name with `…` for its unknown parts can be a member that matters. */
export function canBeSensitive(path: string, pattern: string): boolean {
  if (!hasSensitive(path)) return false;
  const parts = pattern.split('…');
  const [first, last] = [parts[0]!, parts.at(-1)!];
  return SENSITIVE[path]!.some(
    (name) => name.length >= first.length + last.length && name.startsWith(first) && name.endsWith(last),
  );
}

/** The elements that request an address, and the attributes with it. */
const LOADS: ReadonlySet<string> = new Set(['src', 'srcset', 'poster']);
/** Attributes with an address that only some elements request. */
const LINKS: ReadonlySet<string> = new Set(['href', 'action', 'formAction', 'formaction', 'data']);
/** The elements of which they are. */
const LINKED: ReadonlySet<string> = new Set(['base', 'link', 'form', 'object', 'button', 'input', 'image']);

/** Whether an attribute of an element makes the browser request its value. @param tag Unknown if absent. */
export const loads = (attribute: string, tag?: string): boolean =>
  LOADS.has(attribute) || (tag !== undefined && LINKED.has(tag) && LINKS.has(attribute));

/** Elements that have addresses in JSX. A link there is one that the user presses. */
export const JSX_ELEMENTS: ReadonlySet<string> = new Set([
  'img',
  'iframe',
  'script',
  'embed',
  'object',
  'video',
  'audio',
  'source',
  'track',
  'link',
  'form',
  'image',
]);
