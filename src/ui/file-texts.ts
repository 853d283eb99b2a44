/** The texts about a plugin's files. They load with the review. */
export const fileTexts = {
  kinds: {
    changed: 'Changed',
    new: 'New',
    gone: 'Missing on the server',
    unusable: 'Unusable',
    same: 'Unchanged',
  },
  goneNote: 'If you accept this, its components stop working.',
  unusableNote: 'The server cannot read it, or it is too large. It cannot be accepted.',
  showCode: 'Show the code',
  hideCode: 'Hide the code',
  showDifference: 'Show the difference',
  hideDifference: 'Hide the difference',
  /** Completes the name of a button that several files have. */
  ofFile: (file: string) => `of ${file}`,
};

export type FileTexts = typeof fileTexts;
