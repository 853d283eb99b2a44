/** The texts about what was decided before. */
export const decided = {
  /** The buttons that change where accepted code runs, while no other code waits. */
  toSandbox: 'Run sandboxed',
  toTrust: 'Trust this plugin',
  /** The same while other code waits, which they do not accept. */
  oldToSandbox: 'Run the accepted version sandboxed',
  oldToTrust: 'Trust the accepted version',
  /** Where earlier code runs after a roll back to it. */
  rollBackMeans: (isSandboxed: boolean) =>
    isSandboxed ? 'It will run in a frame.' : 'It will run in this page.',
  /** Who decided against code that does not run, and when. */
  refusedBy: (who: string, when: string) => `“Not now” was decided by ${who} on ${when}`,
  keptBy: (who: string, when: string) => `${who} decided against the new version on ${when}`,
  revokedBy: (who: string, when: string) => `trust revoked by ${who} on ${when}`,
  /** What was found in the code that does not work in a frame. @param names As one list, `eval and localStorage`. */
  failsInFrame: (names: string, count: number) => `In a frame, ${names} ${count === 1 ? 'fails' : 'fail'}.`,
  stillWaits: 'The new version does not run.',
};
