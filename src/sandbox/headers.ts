type Pairs = readonly (readonly [string, string])[];

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/**
 * The words in the names of headers that widgets may not set: proxies and servers read another path, method, client, user or session
 * in them.
 */
const ROUTING = words(
  `nousviz session cookie cookie2 origin via host forwarded forwarding original rewrite rewritten override real remote proxy proxied
  client connecting middleware accel sendfile sec url uri path prefix script method scheme proto protocol port ip auth webauth user
  username userid email group groups role roles account identity principal impersonate tenant sudo destination upgrade`,
);

/** The words in the names of answers' headers that do not enter a frame. */
const SECRETS = words(
  'cookie cookie2 session csrf xsrf jwt auth authorization authentication authenticate bearer',
);
const SECRET_NAMES = words(
  'clear-site-data x-access-token x-refresh-token x-api-key access-token refresh-token',
);

/** The words of a name. Some servers read `_` and `.` as `-`. */
const wordsOf = (name: string) => name.toLowerCase().split(/[^a-z\d]+/);

/** Returns the headers of a widget's request that the page sends. */
export const sentHeaders = (headers: Pairs): [string, string][] =>
  headers
    .filter(([name]) => !wordsOf(name).some((word) => ROUTING.has(word)))
    .map(([name, value]) => [name, value]);

/** Returns the headers of an answer that a frame receives. */
export const receivedHeaders = (headers: Pairs): [string, string][] =>
  headers
    .filter(
      ([name]) => !SECRET_NAMES.has(name.toLowerCase()) && !wordsOf(name).some((word) => SECRETS.has(word)),
    )
    .map(([name, value]) => [name, value]);
