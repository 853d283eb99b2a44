/** The texts of a revoke, and of the question before it. */
export const revokeTexts = {
  revoke: 'Revoke trust',
  revokeMeans:
    'Then no version of it runs, and its widgets are removed at once. Code that has run stays in memory until a reload.',
  revokeAsk: (name: string) => `Revoke trust in ${name}?`,
  revokeNow: 'Revoke now',
  cancel: 'Cancel',
};

export type RevokeTexts = typeof revokeTexts;
