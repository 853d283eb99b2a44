/** The message of one failure. `{name}` stands for the argument of that name. */
export interface Message {
  /** The card's heading, a few words. */
  title: string;
  /** The fact, one sentence. */
  cause: string;
  /** The remedy, one sentence. If it ends in ":", `copy` follows it. */
  fix: string;
  /** Flags or a line of code to copy. */
  copy?: string;
}

/**
/**
 * `blocked`: the server answers other requests. `author`: the page is the author's, in `nousviz-widget dev`. `app`: the component is
 * the host app's own. `again`: the bundle has run on this page before.
 */
export type Variant = 'blocked' | 'author' | 'app' | 'again';
