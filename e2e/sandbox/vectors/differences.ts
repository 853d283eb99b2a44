/** The engines that run the vectors beside Chromium. */
export const ENGINES = { firefox: 'Firefox' } as const;

export type Engine = keyof typeof ENGINES;

/** How an engine differs from Chromium, in the words of the guide's table. */
export const DIFFERENCES = {
  leaks: 'gets through in spite of the defences',
  freezes: 'gets through: the page shares the process of the frame, and stands still with it',
  missing: 'reaches nobody, with and without the defences',
  unseen: 'is stopped; the driver does not report it without the defences',
} as const;

interface Difference {
  /** The vector. */
  name: string;
  engine: Engine;
  how: keyof typeof DIFFERENCES;
}

/** The vectors that differ from Chromium in another engine. Their tests fail as soon as an engine changes. */
export const differences: readonly Difference[] = (
  [
    ['goes back in the history of the tab', 'firefox', 'leaks'],
    ['runs an endless loop', 'firefox', 'freezes'],
    ['inserts 10,000 nodes a second', 'firefox', 'freezes'],
    ['downloads a file', 'firefox', 'unseen'],
    ['schedules a fetch for later', 'firefox', 'missing'],
    ['loads a module of a paint worklet', 'firefox', 'missing'],
    ['imports a module by a map of its own', 'firefox', 'missing'],
    ['requests a filter of another document', 'firefox', 'missing'],
    ['preloads a script', 'firefox', 'missing'],
    ['preloads a module', 'firefox', 'missing'],
    ['pings when a link is pressed', 'firefox', 'missing'],
    ['calls over WebRTC by its old name', 'firefox', 'missing'],
  ] as const
).map(([name, engine, how]) => ({ name, engine, how }));

/** Whether a vector gets through in an engine: with the defences, or without them. */
export function isThrough(name: string, engine: Engine, isDefended: boolean): boolean {
  const how = differences.find((one) => one.name === name && one.engine === engine)?.how;
  return how === 'leaks' || how === 'freezes' || (!isDefended && how === undefined);
}
