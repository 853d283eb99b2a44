/** An origin with a host that a policy can name. An IPv6 address is none, nor a name with an underscore or a dot at its end. */
const NAMEABLE = /^https?:\/\/[a-z\d-]+(?:\.[a-z\d-]+)*(?::\d+)?$/i;

/** Whether a Content-Security-Policy can name an origin. */
export const isNameable = (origin: string): boolean => NAMEABLE.test(origin);

/** Returns the source for an origin. A `*` stands for a host that no policy can name, and then a second policy has to limit it. */
export const sourceOf = (origin: string): string =>
  isNameable(origin) ? origin : origin.replace(/\/\/.*?(?=(?::\d+)?$)/, '//*');
