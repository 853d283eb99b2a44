/** The engines that run the vectors beside Chromium. */
export const ENGINES = { firefox: 'Firefox', webkit: 'WebKit' } as const;

export type Engine = keyof typeof ENGINES;

/** How an engine differs from Chromium, in the words of the guide's table. */
export const DIFFERENCES = {
  leaks: 'gets through in spite of the defences',
  freezes: 'gets through: the page shares the process of the frame, and stands still with it',
  missing: 'reaches nobody, with and without the defences',
  unseen: 'is not measured: the driver does not report it, with or without the defences',
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
    ['opens a link in a new tab with Ctrl', 'firefox', 'leaks'],
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
    ['asks another host whether it takes payments', 'firefox', 'missing'],
    ['asks another host who the operator is', 'firefox', 'missing'],
    ['picks a colour of the screen', 'firefox', 'missing'],
    ['sends the page integers of 25 MB', 'firefox', 'missing'],
    ['reads the files of the origin', 'webkit', 'missing'],
    ['navigates itself with the Navigation API', 'webkit', 'missing'],
    ['schedules a fetch for later', 'webkit', 'missing'],
    ['loads a module of a paint worklet', 'webkit', 'missing'],
    ['loads a worker from a blob, which fetches', 'webkit', 'missing'],
    ['imports a style sheet as a module', 'webkit', 'missing'],
    ['imports a module in an audio worklet', 'webkit', 'missing'],
    ['asks another host whether it takes payments', 'webkit', 'missing'],
    ['asks another host who the operator is', 'webkit', 'missing'],
    ['loads a font face in a worker', 'webkit', 'missing'],
    ['goes back in the history of the tab', 'webkit', 'leaks'],
    ['runs an endless loop', 'webkit', 'freezes'],
    ['inserts 10,000 nodes a second', 'webkit', 'freezes'],
    ['opens a popup', 'webkit', 'unseen'],
    ['presses a link with target=_blank', 'webkit', 'unseen'],
    ['asks whether to leave the page', 'webkit', 'unseen'],
    ['downloads a file', 'webkit', 'unseen'],
    ['fills the screen', 'webkit', 'missing'],
    ['locks the pointer', 'webkit', 'missing'],
    ['navigates itself by a history entry', 'webkit', 'missing'],
    ['embeds a frame from a blob that requests', 'webkit', 'missing'],
    ['requests a filter of another document', 'webkit', 'missing'],
    ['links a compression dictionary', 'webkit', 'missing'],
    ['prefetches a page', 'webkit', 'missing'],
    ['pings when a link is pressed', 'webkit', 'missing'],
    ['requests another plugin’s route with encoded slashes', 'webkit', 'missing'],
    ['calls over WebRTC', 'webkit', 'missing'],
    ['calls over WebRTC by its old name', 'webkit', 'missing'],
    ['calls over WebRTC of the page', 'webkit', 'missing'],
    ['calls over WebRTC of an empty frame', 'webkit', 'missing'],
    ['calls over WebRTC of a frame with a document', 'webkit', 'missing'],
    ['calls over WebRTC in the script of a frame', 'webkit', 'missing'],
    ['opens a WebTransport', 'webkit', 'missing'],
    ['picks a colour of the screen', 'webkit', 'missing'],
    ['sends the page integers of 25 MB', 'webkit', 'missing'],
  ] as const
).map(([name, engine, how]) => ({ name, engine, how }));

/** Whether a vector gets through in an engine: with the defences, or without them. */
export function isThrough(name: string, engine: Engine, isDefended: boolean): boolean {
  const how = differences.find((one) => one.name === name && one.engine === engine)?.how;
  return how === 'leaks' || how === 'freezes' || (!isDefended && how === undefined);
}
