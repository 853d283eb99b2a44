/** What stands for a secret. */
const GONE = '…';

/** Removes the password, the values of the query and the fragment from a URL, absolute or not; the names in the query stay. */
export function urlWithoutSecrets(url: string): string {
  const [, start = '', query, fragment] = /^([^?#]*)(\?[^#]*)?(#[^]*)?$/.exec(url) ?? [];
  const names = query
    ?.slice(1)
    .split('&')
    .map((one) => (one.includes('=') ? `${one.slice(0, one.indexOf('='))}=${GONE}` : one && GONE))
    .join('&');
  const place = start.replace(/\/\/[^/@]*@/, `//${GONE}@`);
  return opaqueRemoved(`${place}${names ? `?${names}` : ''}${fragment ? `#${GONE}` : ''}`);
}

/** Words for what is secret. */
const SECRET =
  'token|secret|passw(?:or)?d|passphrase|pwd|api[-_]?key|authorization|cookie|session|credential|jwt';

/** Sequences that look made by a machine: long, of letters and digits. The ids of plugins and the names of files hardly do. */
const opaqueRemoved = (text: string) =>
  text.replace(/[\w+~-]{20,}/g, (one) =>
    (one.match(/\d/g) ?? []).length > 2 && /[a-z]/i.test(one) ? GONE : one,
  );

/** The strings in the values that this page keeps under names of secrets, and in its cookies. */
function storedSecrets(): string[] {
  const found: string[] = [];
  for (const kind of ['localStorage', 'sessionStorage'] as const)
    try {
      for (const [key, value] of Object.entries(globalThis[kind]))
        if (new RegExp(`${SECRET}|auth|key`, 'i').test(key)) found.push(String(value));
    } catch {
      // The page may not read it.
    }
  for (const cookie of globalThis.document?.cookie.split(/;\s*/) ?? [])
    found.push(cookie.slice(cookie.indexOf('=') + 1));
  return found
    .flatMap((value) => [value, ...(value.match(/[^\s"{}[\],:]+/g) ?? [])])
    .filter(({ length }) => length >= 6)
    .toSorted((a, b) => b.length - a.length);
}

/** A URL, or a path with a query or a fragment, in a text. */
const URL_IN_TEXT =
  /(?:\b[a-z][\w+.-]*:\/\/|\/)[^\s"'`<>()]*|[^\s"'`<>()]*[?#][^\s"'`<>()=]+=[^\s"'`<>()]*/gi;

/**
 * Removes what may be a secret from a text of any origin: the values that the page keeps as secrets, passwords and query values in URLs,
 * the values after words such as "token", and long sequences of letters and digits.
 *
 * @param known Further secrets.
 */
export function withoutSecrets(text: string, known: readonly string[] = []): string {
  let clean = text;
  for (const secret of [...known, ...storedSecrets()]) if (secret) clean = clean.split(secret).join(GONE);
  clean = clean
    .replace(URL_IN_TEXT, urlWithoutSecrets)
    .replace(/\b(cookie["']?\s*[:=]\s*)[^\n]*/gi, `$1${GONE}`)
    .replace(/\beyJ[\w-]+(?:\.[\w-]+)*/g, GONE)
    .replace(/\b(Bearer|Basic|Digest)\s+\S+/gi, `$1 ${GONE}`)
    .replace(
      new RegExp(
        `([\\w-]*(?:${SECRET})[\\w-]*["']?(?:\\s*[:=]\\s*|\\s+(?:is|was)\\s+))("[^"]*"|'[^']*'|[^\\s"',;&)}\\]]+)`,
        'gi',
      ),
      `$1${GONE}`,
    );
  return opaqueRemoved(clean);
}

/** Removes the secrets from the text of a request in the activity list, `GET /api/items?q=two words → 200`. */
export function requestWithoutSecrets(text: string, known: readonly string[] = []): string {
  const [, method, url, result] = /^(\S+) ([^]*) → ([^]*)$/.exec(text) ?? [];
  return url === undefined
    ? withoutSecrets(text, known)
    : `${method} ${withoutSecrets(urlWithoutSecrets(url), known)} → ${withoutSecrets(result!, known)}`;
}
