/** The helpers that turn times and numbers into texts (CONTRACT H2–H5). */
export interface Formatters {
  /** "2 hours ago", "in 5 minutes"; "—" for nothing or no ISO 8601 time. A time without a zone is UTC (CONTRACT H2). */
  formatRelativeTime(iso: string | Date | null | undefined): string;
  /** "2026-04-25, 14:00:00 UTC" in every browser; "—" for nothing or no ISO 8601 time (CONTRACT H3). */
  formatAbsoluteTime(iso: string | Date | null | undefined): string;
  /** "1,234,567", at most two decimals; "—" for what is no finite number (CONTRACT H4). */
  formatNumber(n: number | bigint | null | undefined): string;
  /** A count of bytes in units of 1024: "1.4 MB"; "—" for what is no finite number (CONTRACT H5). */
  formatBytes(n: number | null | undefined): string;
}

const NONE = '—';

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(?:(Z)|([+-]\d\d):?(\d\d)?)?)?$/i;

// Engines read a time without a zone as local and accept much that is no time at all; this reads it as UTC or not.
function parseTime(iso: unknown): Date | undefined {
  let time = Number.NaN;
  if (iso instanceof Date) time = iso.getTime();
  const parts = typeof iso === 'string' && ISO.exec(iso.trim());
  if (parts) {
    const [, day, clock = '00:00', , hours, minutes = '00'] = parts;
    // Engines take February 30 for March 2.
    if (!new Date(`${day}T00:00Z`).toJSON()?.startsWith(day!)) return undefined;
    time = Date.parse(`${day}T${clock}${hours ? `${hours}:${minutes}` : 'Z'}`);
  }
  return Number.isNaN(time) ? undefined : new Date(time);
}

const STEPS: [unit: Intl.RelativeTimeFormatUnit, seconds: number, below: number][] = [
  ['second', 1, 60],
  ['minute', 60, 60],
  ['hour', 3600, 24],
  ['day', 86_400, 30],
  ['month', 2_592_000, 12],
  ['year', 31_536_000, Number.POSITIVE_INFINITY],
];
/** Made at its first use: it takes the browser milliseconds, which a page has better uses for while it starts. */
const lazy = <Value>(make: () => Value) => {
  let made: Value | undefined;
  return () => (made ??= make());
};

const relative = lazy(() => new Intl.RelativeTimeFormat('en', { numeric: 'always' }));

function formatRelativeTime(iso: unknown): string {
  const time = parseTime(iso);
  if (!time) return NONE;
  const seconds = (time.getTime() - Date.now()) / 1000;
  for (const [unit, size, below] of STEPS) {
    const amount = Math.round(Math.abs(seconds) / size);
    if (amount < below) return relative().format(seconds < 0 ? -amount : amount, unit);
  }
  return NONE;
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

/** Times and numbers as texts; each is a function of its own. */
export const formatters: Formatters = {
  formatRelativeTime,
  formatAbsoluteTime,
  formatNumber,
  formatBytes,
};
