/** The remedy for an archive that is broken or hostile: nothing that `pack` writes is. */
const ASK_AUTHOR = 'Ask its author for an archive that “nousviz-widget pack” made.';

/** An archive that is refused. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  /** What ends the problem, as a sentence. */
  readonly remedy: string;

  /** @param fact What is wrong, as a clause or a sentence. */
  constructor(fact: string, { remedy = ASK_AUTHOR, ...options }: ErrorOptions & { remedy?: string } = {}) {
    super(fact, options);
    this.remedy = remedy;
  }
}
