/** The limits of one frame. Beyond a limit a widget gets an error; if it insists, its frame is stopped. */
export interface Limits {
  /** The largest body of one request, in bytes. @default 16 MB */
  messageBytes: number;
  /** Messages to the page in one second. @default 500 */
  messagesPerSecond: number;
  /** Requests without a complete answer at the same time. @default 100 */
  requestsInFlight: number;
  /** Bytes of the bodies of requests without a complete answer. @default 64 MB */
  bytesInFlight: number;
  /** Bytes of requests and answers in one minute. @default 256 MB */
  bytesPerMinute: number;
  /** Reports of uncaught errors in one minute; the page ignores more of them. @default 60 */
  reportsPerMinute: number;
  /** The number of violations in one minute that stops the frame. @default 1000 */
  violationsPerMinute: number;
}

export const DEFAULT_LIMITS: Limits = {
  messageBytes: 16e6,
  messagesPerSecond: 500,
  requestsInFlight: 100,
  bytesInFlight: 64e6,
  bytesPerMinute: 256e6,
  reportsPerMinute: 60,
  violationsPerMinute: 1000,
};

/** Counts amounts within windows of a fixed length. */
function createWindow(length: number, now: () => number) {
  let began = now();
  let amount = 0;
  return (more: number): number => {
    if (now() - began >= length) {
      began = now();
      amount = 0;
    }
    amount += more;
    return amount;
  };
}

/** What a message may have beyond its request's body, in bytes. The frame's script does not send larger ones. */
const REST = 1e6;

/** Checks the messages of one frame. Each check returns the limit that is exceeded, in words, or `undefined`. */
export interface LimitChecks {
  /** Counts a message of a size in bytes. */
  message(bytes: number): string | undefined;
  /** Counts a report, and returns whether it is one too many. */
  report(): boolean;
  /** Counts a request, whose bytes are in flight until {@link LimitChecks.finish} is called with them. */
  request(bytes: number): string | undefined;
  /** Counts bytes of an answer. */
  bytes(count: number): string | undefined;
  /** Ends a counted request. */
  finish(bytes: number): void;
  /**
   * Whether the frame is to be stopped: the widget has exceeded limits too often, has sent twice the bytes of a minute, or a message
   * that the frame's script does not send.
   */
  isSpent(): boolean;
}

/** The largest message that a frame's script sends, in bytes. */
export const largestMessage = ({ messageBytes }: Limits): number => messageBytes + REST;

/** Makes the checks of one frame. @param now The time in milliseconds. */
export function createLimits(limits: Limits, now = () => performance.now()): LimitChecks {
  const messages = createWindow(1000, now);
  const received = createWindow(60_000, now);
  const traffic = createWindow(60_000, now);
  const violations = createWindow(60_000, now);
  const reports = createWindow(60_000, now);
  let inFlight = 0;
  let bytesInFlight = 0;
  const check = (isOver: boolean, name: keyof Limits) => {
    if (!isOver) return undefined;
    violations(1);
    return `${name} is ${limits[name]}`;
  };
  const bytes = (count: number) => check(traffic(count) > limits.bytesPerMinute, 'bytesPerMinute');
  return {
    message(count) {
      received(count);
      if (count > largestMessage(limits)) violations(limits.violationsPerMinute);
      return check(messages(1) > limits.messagesPerSecond, 'messagesPerSecond');
    },
    report: () => reports(1) > limits.reportsPerMinute,
    request(count) {
      const over =
        check(count > limits.messageBytes, 'messageBytes') ??
        check(inFlight >= limits.requestsInFlight, 'requestsInFlight') ??
        check(bytesInFlight + count > limits.bytesInFlight, 'bytesInFlight') ??
        bytes(count);
      if (over) return over;
      inFlight += 1;
      bytesInFlight += count;
      return undefined;
    },
    bytes,
    finish(count) {
      inFlight -= 1;
      bytesInFlight -= count;
    },
    isSpent: () => violations(0) >= limits.violationsPerMinute || received(0) > 2 * limits.bytesPerMinute,
  };
}
