/** What a sandboxed frame lacks, as the end of a sentence that begins with the name of its use. */
export const FRAME_LIMITS = {
  storage: 'a frame has no storage and no cookies; keep data behind a route of the plugin',
  network: 'a frame has no network; request the plugin’s own routes with apiFetch',
  routes: 'apiFetch reaches the plugin’s own routes only, and rejects with ROUTE_REFUSED',
  media:
    'images, fonts and style sheets from a server are blocked; import the file, or fetch it with apiFetch',
  workers: 'a frame has no shared workers and no service workers; use a worker of the bundle',
  code: 'a frame runs no code from strings',
  frames: 'a frame contains no frames and no plug-ins',
  page: 'a frame cannot reach the page around it',
  navigation: 'a frame that leaves its page is stopped',
  popups: 'a frame opens no windows',
  dialogs: 'a frame shows no dialogs of the browser',
  forms: 'a frame sends no forms; handle the event submit, and use apiFetch',
  downloads: 'a frame starts no downloads',
  screen: 'a frame does not fill the screen',
  devices: 'a frame has no clipboard, no devices and no other permission',
} as const;

/** The name of a limit of frames. */
export type FrameLimit = keyof typeof FRAME_LIMITS;

/**
 * The globals, and members of globals, that meet a limit. `()` marks those that do so only where they are called, and ` =` those that
 * do so only where they are assigned.
 */
const NAMES: Partial<Record<FrameLimit, string>> = {
  storage:
    'localStorage sessionStorage indexedDB caches cookieStore document.cookie navigator.storage navigator.locks',
  network:
    'fetch XMLHttpRequest WebSocket WebSocketStream WebTransport EventSource RTCPeerConnection webkitRTCPeerConnection navigator.sendBeacon',
  workers: 'SharedWorker navigator.serviceWorker',
  code: 'eval() Function()',
  page: 'BroadcastChannel document.domain',
  popups: 'open() Notification',
  navigation:
    'location= location.href= location.search= location.pathname= location.assign location.replace location.reload',
  dialogs: 'alert() confirm() prompt() print() showOpenFilePicker showDirectoryPicker',
  downloads: 'showSaveFilePicker',
  devices: [
    'EyeDropper',
    'clipboard',
    'credentials',
    'geolocation',
    'mediaDevices',
    'bluetooth',
    'hid',
    'serial',
    'usb',
    'share',
    'wakeLock',
    'requestMIDIAccess',
  ]
    .map((name) => (/^[A-Z]/.test(name) ? name : `navigator.${name}`))
    .join(' '),
};

/** The limit of each name in {@link NAMES}. */
export const LIMITED_NAMES: ReadonlyMap<string, FrameLimit> = new Map(
  Object.entries(NAMES).flatMap(([limit, names]) =>
    names.split(' ').map((name) => [name, limit as FrameLimit]),
  ),
);

/** The windows around a frame. All their members but a few throw. */
export const OUTER_WINDOWS: ReadonlySet<string> = new Set(['top', 'parent', 'opener', 'frameElement']);

/** The elements that meet a limit. */
export const LIMITED_ELEMENTS: ReadonlyMap<string, FrameLimit> = new Map([
  ['iframe', 'frames'],
  ['object', 'frames'],
  ['embed', 'frames'],
]);

/** The members of any object that meet a limit. */
export const LIMITED_MEMBERS: ReadonlyMap<string, FrameLimit> = new Map([
  ['requestFullscreen', 'screen'],
  ['webkitRequestFullscreen', 'screen'],
  ['requestPictureInPicture', 'screen'],
]);
