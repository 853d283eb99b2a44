import type { AnyNode } from 'acorn';
import { shimOf, type Findings } from '../contract/index.ts';

/** A place of a finding, in characters of the source. */
export interface FoundPlace {
  topic: keyof Findings;
  name: string;
  from: number;
  to: number;
}

/** The places of the findings, by topic and name. */
export type Found = Record<keyof Findings, Map<string, FoundPlace[]>>;

/** The largest number of names of one kind. */
const MAX_NAMES = 100;
/** The largest length of a name, in characters. */
const MAX_NAME_LENGTH = 200;
/** The largest number of places of one name. */
const MAX_PLACES = 50;

export const newFound = (): Found => ({
  api_paths: new Map(),
  hosts: new Map(),
  helpers: new Map(),
  reaches: new Map(),
  imports: new Map(),
});

type Place = Pick<AnyNode, 'start' | 'end'>;

/** Adds a finding. Without a place, the source is not read as a program. */
export function addFound(found: Found, topic: keyof Findings, name: string, place?: Place) {
  const places = found[topic].get(name) ?? [];
  found[topic].set(name, places);
  if (place && places.length < MAX_PLACES && !places.some(({ from }) => from === place.start))
    places.push({ topic, name, from: place.start, to: place.end });
}

/** Hosts in namespaces and messages of React and its libraries; no request goes there. */
const IGNORED_HOSTS = /^(www\.w3\.org|react\.dev|([\w-]+\.)?reactjs\.org|fb\.me|goo\.gle)$/;
const HOST = /(?:\b(?:https?|wss?):|^|\burl\(\s{0,9}["']?|\b(?:src|href)=["']?)[/\\]{2}([^\s/?#"'`<>\\)]+)/gi;
/** Names of the operator's session token: its key in the storage, and the header that has it. */
const TOKEN = /nousviz_auth_token|x-session-token/i;
/** An element in HTML that requests an address which the code puts together. A link there is one that the user presses. */
const HTML_ADDRESS =
  /<(?!a\s)[a-z][^<>]{0,500}?\s(src|srcset|poster|data|href|action|formaction)\s{0,9}=\s{0,9}["']?(?:(?:https?:)?\/\/)?…/gi;
/** A style that requests an address which the code puts together. */
const STYLE_ADDRESS = /\burl\(\s{0,9}["']?(?:(?:https?:)?\/\/)?…/i;

/** Adds what a string names: the session token, the API path, the hosts. */
export function readString(found: Found, string: string, place?: Place) {
  // Too short for any of them.
  if (string.length < 4) return;
  const value = string.replace(/…+/g, '…');
  if (TOKEN.test(value)) addFound(found, 'reaches', 'session token', place);
  for (const [, attribute = ''] of value.matchAll(HTML_ADDRESS))
    addFound(found, 'reaches', attribute.toLowerCase(), place);
  if (STYLE_ADDRESS.test(value)) addFound(found, 'reaches', 'url(…)', place);
  if (/^\s{0,9}javascript:(?!\s*(?:void|;|$))/i.test(value)) addFound(found, 'reaches', 'javascript:', place);
  const [path = ''] = value.split(/[?#]/, 1);
  if (/^(\/|…\/)?api\/./.test(path) && !shimOf(path)) addFound(found, 'api_paths', path, place);
  for (const [, host = ''] of value.matchAll(HOST)) {
    const name = host.replace(/^.*@/, '');
    if (
      !IGNORED_HOSTS.test(name) &&
      /^(…|[\w.-]+\.[a-z]{2,}(:\d+)?$|localhost|\d+\.\d+\.\d+\.\d+|\[[\da-f:.]+\])/i.test(name)
    )
      addFound(found, 'hosts', name.startsWith('…') ? '…' : name, place);
  }
}

/** Sorts the names and limits their number and length. */
function listOf(names: Iterable<string>): string[] {
  const all = [...names].map((name) =>
    name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name,
  );
  all.sort();
  return all.length > MAX_NAMES ? [...all.slice(0, MAX_NAMES), `… and ${all.length - MAX_NAMES} more`] : all;
}

/** The names alone. */
export const namesOf = (found: Found) =>
  // A copy, since JavaScript engines keep a whole source string in memory while a part of it is used.
  structuredClone(
    Object.fromEntries(Object.entries(found).map(([topic, names]) => [topic, listOf(names.keys())])),
  ) as unknown as Required<Findings>;
