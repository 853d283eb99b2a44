/** The texts about who made a plugin. They load with the review. */
export const makerTexts = {
  maker: 'Who made it',
  makerNote: 'The plugin itself states this. Nobody has checked it.',
  /** @param signer How the key compares with that of the version before. */
  signed: (key: string, signer: 'first' | 'same' | 'other') =>
    `These files are signed with the key ${key}${{ first: '', same: ', the same as last time', other: ', not the same as last time' }[signer]}. That says nothing about what they do.`,
  facts: {
    name: 'Name',
    version: 'Version',
    author: 'Author',
    homepage: 'Homepage',
    repository: 'Repository',
    license: 'Licence',
    installed_from: 'Installed from',
  },
};

export type MakerTexts = typeof makerTexts;
