import { isRecord, refusedText, type RefusedRequests } from '../contract/index.ts';
import type { ActivityEntry, Sandboxed } from '../host/index.ts';

/** The number of directives and addresses that are kept of one component, and read of one message. */
const MAX_KINDS = 50;
/** The longest address that is shown, in characters. */
const MAX_ADDRESS = 100;
/** The longest address that is read. The frame's script sends no more than the start of one. */
const MAX_SENT = 500;

/** The directives that browsers report. A frame may send any text, which the page would show as its own. */
const DIRECTIVES: ReadonlySet<unknown> = new Set(
  `code connect-src font-src form-action frame-src img-src manifest-src media-src object-src prefetch-src script-src script-src-attr
  script-src-elem style-src style-src-attr style-src-elem worker-src child-src default-src base-uri`.split(
    /\s+/,
  ),
);
/** The schemes whose addresses have an origin that is a place of the network. */
const NETWORK = /^(https?|wss?):$/;
/** The schemes that browsers report without the rest of the address. */
const SCHEME = /^(data|blob|filesystem|about|javascript):?$/;

const clip = (text: string) => (text.length > MAX_ADDRESS ? `${text.slice(0, MAX_ADDRESS)}…` : text);

/** The origin or the scheme of an address: a path may contain anything, also what the widget wanted to send. */
function addressOf(text: unknown): string {
  if (typeof text !== 'string' || text.length > MAX_SENT) return '';
  const [, scheme] = SCHEME.exec(text) ?? [];
  if (scheme) return `${scheme}:`;
  try {
    const { protocol, origin } = new URL(text);
    return NETWORK.test(protocol) ? clip(origin) : '';
  } catch {
    return '';
  }
}

function readOne(value: unknown): RefusedRequests[] {
  if (!isRecord(value)) return [];
  const { directive, address, count } = value;
  if (!Number.isSafeInteger(count) || Number(count) < 1) return [];
  const isKnown = DIRECTIVES.has(directive);
  return [
    {
      directive: isKnown ? String(directive) : 'others',
      address: isKnown ? addressOf(address) : '',
      count: Number(count),
    },
  ];
}

/** Reads the requests that a frame says it has refused. The frame's code may send anything. */
export const readRefused = (requests: Record<string, unknown>): Record<string, RefusedRequests> =>
  Object.fromEntries(
    Object.values(requests)
      .slice(0, MAX_KINDS)
      .flatMap(readOne)
      .map((one, index) => [index, one]),
  );

/** The request of a route that the page has refused, without its query. */
export const refusedRoute = (url: string): RefusedRequests => ({
  directive: 'route',
  // Characters that have no form, or change the direction of the text after them.
  address: clip(url.replace(/[?#][^]*/, '').replace(/[^\x21-\x7e]/g, '')),
  count: 1,
});

/** What is left when enough directives and addresses are named. */
const REST = { directive: 'others', address: '' };

const keyOf = ({ directive, address }: Pick<RefusedRequests, 'directive' | 'address'>) =>
  `${directive} ${address}`;

/**
 * Keeps refused requests with those of their component, for explanations, and adds an entry to the activity list for those whose
 * directive and address are new.
 */
export function recordRefused(
  sandboxed: Sandboxed,
  requests: readonly RefusedRequests[],
  onEntry: (entry: ActivityEntry) => void,
): void {
  const all = new Map((sandboxed.refused ?? []).map((one) => [keyOf(one), one]));
  const added = new Set<string>();
  for (const request of requests) {
    const isNamed = all.size < MAX_KINDS || all.has(keyOf(request));
    const one = isNamed ? request : { ...request, ...REST };
    const known = all.get(keyOf(one));
    if (!known) added.add(keyOf(one));
    all.set(keyOf(one), { ...one, count: one.count + (known?.count ?? 0) });
  }
  sandboxed.refused = [...all.values()];
  if (added.size === 0) return;
  const { pluginId, component, version: hash } = sandboxed;
  const text = `refused ${refusedText([...added].map((key) => all.get(key)!))}`;
  onEntry({ kind: 'refusal', at: new Date().toISOString(), pluginId, component: component.name, hash, text });
}
