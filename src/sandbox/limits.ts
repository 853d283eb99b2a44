/** The limits of one frame. Beyond a limit a widget gets an error; if it insists, its frame is stopped. */
export interface Limits {
  /** The largest body of one request, in bytes. @default 16 MB */
  messageBytes: number;
  /** Messages to the page in one second. @default 500 */
  messagesPerSecond: number;
  /** Requests without a complete answer at the same time. @default 100 */
  requestsInFlight: number;
  /** Bytes of requests and answers in one minute. @default 256 MB */
  bytesPerMinute: number;
  /** The number of violations in one minute that stops the frame. @default 1000 */
  violationsPerMinute: number;
}

export const DEFAULT_LIMITS: Limits = {
  messageBytes: 16e6,
  messagesPerSecond: 500,
  requestsInFlight: 100,
  bytesPerMinute: 256e6,
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

/** Checks the messages of one frame. Each check returns the limit that is exceeded, in words, or `undefined`. */
export interface LimitChecks {
  /** Counts a message. */
  message(): string | undefined;
  /** Counts a request, which is not counted again before {@link LimitChecks.finish}. */
  request(bytes: number): string | undefined;
  /** Counts bytes of an answer. */
  bytes(count: number): string | undefined;
  /** Ends a counted request. */
  finish(): void;
  /** Whether the widget has exceeded limits so often that its frame is to be stopped. */
  isSpent(): boolean;
}

/** Makes the checks of one frame. @param now The time in milliseconds. */
export function createLimits(limits: Limits, now = () => performance.now()): LimitChecks {
  const messages = createWindow(1000, now);
  const traffic = createWindow(60_000, now);
  const violations = createWindow(60_000, now);
  let inFlight = 0;
  const check = (isOver: boolean, name: keyof Limits) => {
    if (!isOver) return undefined;
    violations(1);
    return `${name} is ${limits[name]}`;
  };
  const bytes = (count: number) => check(traffic(count) > limits.bytesPerMinute, 'bytesPerMinute');
  return {
    message: () => check(messages(1) > limits.messagesPerSecond, 'messagesPerSecond'),
    request(count) {
      const over =
        check(count > limits.messageBytes, 'messageBytes') ??
        check(inFlight >= limits.requestsInFlight, 'requestsInFlight') ??
        bytes(count);
      if (!over) inFlight += 1;
      return over;
    },
    bytes,
    finish: () => void (inFlight -= 1),
    isSpent: () => violations(0) >= limits.violationsPerMinute,
  };
}
