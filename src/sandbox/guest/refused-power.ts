import { messageOf, nameOf } from '../../contract/index.ts';
import type { Power } from '../powers.ts';

/** The properties of a `securitypolicyviolation` that matter. */
export type Violation = Pick<SecurityPolicyViolationEvent, 'blockedURI' | 'effectiveDirective'>;

/** Whether an error means a refused power. */
interface Sign {
  power: Power;
  name: RegExp;
  message: RegExp;
}

const NOT_ALLOWED = /^(NotAllowedError|SecurityError)$/;
const INSECURE = /^SecurityError$/;
/** The constructors that the frame's script deletes are unknown names. */
const UNKNOWN = /^(ReferenceError|TypeError)$/;

/**
 * The signs of each power, by the first that fits. Chromium names the member that it refuses; the messages of Firefox and WebKit are
 * "The operation is insecure.", which means only that it was one of them.
 */
const SIGNS: readonly Sign[] = [
  { power: 'code', name: /^EvalError$/, message: /(?:)/ },
  {
    power: 'navigation',
    name: INSECURE,
    message:
      /permission to navigate|navigate the target frame|'(push|replace)State'|'(assign|replace|reload)' on 'Location'|set .*'(href|location|hash|search|pathname)'/,
  },
  {
    power: 'page',
    name: INSECURE,
    message: /cross-origin|'domain'|[Bb]locked a frame|'(parent|top|opener|frameElement)'/,
  },
  { power: 'workers', name: INSECURE, message: /'(Shared)?Worker'|[Ss]ervice ?[Ww]orker/ },
  {
    power: 'storage',
    name: INSECURE,
    message:
      /allow-same-origin|\b(localStorage|sessionStorage|cookie|CookieStore|indexedDB|IDBFactory|Indexed Database|caches|CacheStorage|StorageManager|[Ss]torage directory|LockManager|Locks API)\b/,
  },
  { power: 'workers', name: UNKNOWN, message: /\bSharedWorker\b/ },
  { power: 'network', name: UNKNOWN, message: /\b(webkit|moz)?RTC[A-Z]\w+/ },
  { power: 'devices', name: UNKNOWN, message: /\bEyeDropper\b/ },
  { power: 'network', name: INSECURE, message: /'(WebSocket|EventSource|XMLHttpRequest|WebTransport)'/ },
  { power: 'downloads', name: INSECURE, message: /'show(Open|Save)FilePicker'|'showDirectoryPicker'/ },
  { power: 'screen', name: NOT_ALLOWED, message: /full-?screen|picture-?in-?picture/i },
  {
    power: 'screen',
    name: /^TypeError$/,
    message: /^(Fullscreen request denied|Disallowed by permissions? policy|Permissions check failed)/,
  },
  {
    power: 'devices',
    name: NOT_ALLOWED,
    message: /permissions? policy|'(Clipboard|Credentials\w+|USB|HID|Serial|Bluetooth|WakeLock)'/i,
  },
  { power: 'other', name: INSECURE, message: /(?:)/ },
];

/** The powers of the directives of the frame's policy. What is not here is code. */
const DIRECTIVES: Readonly<Record<string, Power>> = {
  'connect-src': 'network',
  'img-src': 'media',
  'font-src': 'media',
  'media-src': 'media',
  'style-src': 'media',
  'style-src-elem': 'media',
  'worker-src': 'workers',
  'frame-src': 'frames',
  'object-src': 'frames',
  'form-action': 'forms',
};

/** The power that the policy of the frame has refused. A module from another server is a request. */
export function powerOfViolation({ effectiveDirective, blockedURI }: Violation): Power {
  const isCode = effectiveDirective.startsWith('script-src');
  if (isCode) return /^(eval|inline|wasm-eval|trusted-types|data|blob)/.test(blockedURI) ? 'code' : 'network';
  return DIRECTIVES[effectiveDirective] ?? 'other';
}

/** What browsers say about a request that did not reach its server, of `fetch` and of `import()`. */
const NOT_SENT =
  /Failed to fetch|NetworkError|Load failed|error loading dynamically imported|Importing a module/i;

/** The code of an error of `apiFetch`. */
function codeOf(thrown: unknown): unknown {
  try {
    return (thrown as { code?: unknown } | undefined)?.code;
  } catch {
    return undefined;
  }
}

/** A power that the frame has refused. */
export interface Refusal {
  power: Power;
  /** The address that the policy of the frame does not admit. */
  address?: string;
}

/**
 * The power that a thrown value says the frame has refused; `undefined` if it is about something else. The value may be anything. What
 * it says is the widget's own word, and the page shows it as such.
 *
 * @param violations What the policy of the frame has refused since the widget started.
 */
export function refusalOf(thrown: unknown, violations: readonly Violation[]): Refusal | undefined {
  const name = String(nameOf(thrown));
  const message = messageOf(thrown);
  if (codeOf(thrown) === 'ROUTE_REFUSED') return { power: 'routes' };
  const sign = SIGNS.find((one) => one.name.test(name) && one.message.test(message));
  if (sign) return { power: sign.power };
  if (name !== 'TypeError' || !NOT_SENT.test(message)) return undefined;
  const violation = violations.findLast((one) => powerOfViolation(one) === 'network');
  return violation && { power: 'network', address: violation.blockedURI };
}
