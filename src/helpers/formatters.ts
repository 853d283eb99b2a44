/** The helpers that format times and numbers (CONTRACT H2–H5). */
export interface Formatters {
  /** Formats a time as "2 hours ago" or "in 5 minutes"; "—" for anything but an ISO 8601 time. A time without a zone is UTC (CONTRACT H2). */
  formatRelativeTime(iso: string | Date | null | undefined): string;
  /** Formats a time as "2026-04-25, 14:00:00 UTC" in every time zone; "—" for anything but an ISO 8601 time (CONTRACT H3). */
  formatAbsoluteTime(iso: string | Date | null | undefined): string;
  /** Formats a number as "1,234,567" with at most two decimals; "—" for anything but a finite number (CONTRACT H4). */
  formatNumber(n: number | bigint | null | undefined): string;
  /** Formats a number of bytes as "1.4 MB", in units of 1024; "—" for anything but a finite number (CONTRACT H5). */
  formatBytes(n: number | null | undefined): string;
}

const NONE = '—';

/** A date with an optional time and an optional zone, whose minutes are optional too. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(?:(Z)|([+-]\d\d):?(\d\d)?)?)?$/i;

function parseTime(iso: unknown): Date | undefined {
  const time = iso instanceof Date ? iso : readIso(iso);
  return time && !Number.isNaN(time.getTime()) ? time : undefined;
}

function readIso(iso: unknown): Date | undefined {
  const parts = typeof iso === 'string' && ISO.exec(iso.trim());
  if (!parts) return undefined;
  // `Date` reads a time without a zone as local; here it is UTC.
  const [, day = '', clock = '00:00', , hours, minutes = '00'] = parts;
  // `Date` reads 30 February as 2 March.
  const midnight = new Date(`${day}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  return new Date(`${day}T${clock}${hours ? `${hours}:${minutes}` : 'Z'}`);
}

/** Makes a value at its first use: creating a format takes milliseconds that would delay the page's start. */
const lazy = <Value>(make: () => Value) => {
  let made: Value | undefined;
  return () => (made ??= make());
};

/** The units of a distance: seconds of each, and the number of them that are shown in the next unit. */
const DISTANCES = [
  ['second', 1, 60],
  ['minute', 60, 60],
  ['hour', 3600, 24],
  ['day', 86_400, 30],
  ['month', 30 * 86_400, 12],
  ['year', 365 * 86_400, Number.POSITIVE_INFINITY],
] as const;

const distance = lazy(() => new Intl.RelativeTimeFormat('en-US'));

function formatRelativeTime(iso: unknown): string {
  const time = parseTime(iso);
  if (!time) return NONE;
  const ms = time.getTime() - Date.now();
  // `Math.round` alone would round halves of the past and of the future differently.
  const amountIn = (seconds: number) => Math.sign(ms) * Math.round(Math.abs(ms) / (seconds * 1000));
  const [unit, seconds] = DISTANCES.find(([, size, limit]) => Math.abs(amountIn(size)) < limit)!;
  return distance().format(amountIn(seconds), unit);
}

function formatAbsoluteTime(iso: unknown): string {
  const time = parseTime(iso);
  return time
    ? time
        .toISOString()
        .replace('T', ', ')
        .replace(/\.\d+Z$/, ' UTC')
    : NONE;
}

const decimal = lazy(
  () => new Intl.NumberFormat('en-US', { maximumFractionDigits: 2, signDisplay: 'negative' }),
);
const isNumber = (n: unknown): n is number | bigint => typeof n === 'bigint' || Number.isFinite(n);

const formatNumber = (n: unknown): string => (isNumber(n) ? decimal().format(n) : NONE);

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];

function formatBytes(n: unknown): string {
  if (!isNumber(n)) return NONE;
  let amount = Number(n);
  let unit = 0;
  const rounded = () => Math.round(Math.abs(amount) * 10) / 10;
  // The rounded amount decides: 1,048,575 bytes are "1 MB", not "1024 KB".
  while (rounded() >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${amount < 0 && rounded() > 0 ? '-' : ''}${rounded()} ${UNITS[unit]}`;
}

/** The formatters; each can be imported and used on its own. */
export const formatters: Formatters = {
  formatRelativeTime,
  formatAbsoluteTime,
  formatNumber,
  formatBytes,
};
