/** The words of one failure. `{name}` stands for the argument of that name. */
export interface Message {
  /** A few words: the card's heading. */
  title: string;
  /** The fact, one sentence. */
  cause: string;
  /** What ends the problem, a sentence. One that ends in ":" is followed by `copy`. */
  fix: string;
  /** Flags or a line of code to be copied. */
  copy?: string;
}
