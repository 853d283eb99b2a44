import type { InspectorTexts } from './inspector/texts.ts';
import type { Power } from './powers.ts';
import type { Reason } from './recommend.ts';

/** The texts of one power: what the code does, after "The code …". */
type Phrase = (names: string) => string;

const powers: Record<Power, Phrase> = {
  session: () => 'reads the session token',
  decides: (names) => `calls the host’s routes for decisions (${names})`,
  hosts: (names) => `contacts ${names}`,
  code: (names) => `runs code from strings (${names})`,
  otherRoutes: (names) => `calls routes that are not its own (${names})`,
  cookies: (names) => `uses cookies (${names})`,
  storage: (names) => `uses the browser’s storage (${names})`,
  network: (names) => `sends requests without the host’s helper (${names})`,
  workers: (names) => `starts workers (${names})`,
  navigation: (names) => `can leave this page or open others (${names})`,
  features: (names) => `uses further browser features (${names})`,
  modules: (names) => `loads other modules (${names})`,
  ownRoutes: (names) => `calls its own routes (${names})`,
  query: (names) => `queries the database (${names})`,
  helpers: (names) => `uses the host’s helpers (${names})`,
};

const reasons: Record<Reason, string> = {
  unusable: 'A file is missing, or the server cannot read it.',
  unscanned: 'The server did not scan the code, so nothing is known about it.',
  unscannedSandbox: 'The server did not scan the code. In a frame it cannot reach your session.',
  severe: 'The code reaches for your session or for decisions about plugins, which no widget needs.',
  changeAdds: 'The new version reaches for more than the one that you accepted.',
  changeSame: 'The scan found nothing new in the code.',
  risky: 'The code reaches for more than its own routes.',
  riskySandbox: 'The code reaches for more than its own routes. A frame keeps it to them.',
  harmless: 'The scan found nothing that reaches beyond the plugin’s own routes.',
  harmlessKnown: 'The scan found nothing risky, and this app knows where the plugin was installed from.',
  harmlessSandbox:
    'The scan found nothing risky, but nobody has checked who made it. A frame limits mistakes.',
};

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** The texts in English. A host replaces all or some of them with {@link UiMessages}. */
export const english = {
  /** The language of dates, numbers and lists, a BCP 47 tag. */
  locale: 'en',
  /** The direction of the texts. @default that of the page */
  direction: undefined as 'ltr' | 'rtl' | undefined,
  loading: 'Loading …',
  retry: 'Retry',
  notStated: 'not stated',
  unknownTime: 'unknown time',
  more: (count: number) => `${count} more`,
  files: (count: number) => plural(count, 'file', 'files'),

  banner: {
    title: 'This plugin includes custom frontend code',
    changed: (name: string) => `${name} has changed since you trusted it`,
    warning: (name: string) =>
      `The code has not run yet. Trust ${name} only if you know where it comes from. You can revoke trust under Settings → Plugins.`,
    waits: 'The new code does not run until you accept it. Until then the accepted version runs.',
    review: 'Review',
    hide: 'Hide the review',
  },

  verdicts: {
    label: 'Your decision',
    recommended: 'Recommended',
    trust: 'Trust this plugin',
    accept: 'Accept the new version',
    sandbox: 'Run sandboxed',
    later: 'Not now',
    keep: 'Keep the old one',
    revoke: 'Revoke trust',
    trustMeans: 'It runs in this page: it can see what you see, read your session and act in your name.',
    sandboxMeans:
      'It runs in a frame: it reaches only its own routes, where it acts in your name, and may slow the page down.',
    laterMeans: 'It does not run. Its panels say so, and you can decide at any time.',
    keepMeans: 'The version that you accepted goes on running, and the new code does not run.',
    revokeMeans: 'Its widgets are removed at once. Code that has run stays in memory until a reload.',
    noSandbox: 'This app does not run plugins in frames.',
    reasons,
  },

  done: {
    trust: (name: string) => `${name} is trusted.`,
    sandbox: (name: string) => `${name} runs sandboxed.`,
    accept: (name: string) => `The new version of ${name} is accepted.`,
    keep: (name: string) => `The old version of ${name} is kept.`,
    rollBack: (name: string) => `${name} is rolled back.`,
    revoke: (name: string) => `Trust in ${name} is revoked.`,
  },
  failed: {
    trust: 'The plugin could not be trusted',
    sandbox: 'The plugin could not be sandboxed',
    accept: 'The new version could not be accepted',
    keep: 'The old version could not be kept',
    rollBack: 'The plugin could not be rolled back',
    revoke: 'Trust could not be revoked',
    load: 'This could not be loaded',
    export: 'The export failed',
  },

  powers: {
    /** @param list The phrases as one list, `a, b and c`. */
    sentence: (list: string) => `The code ${list}.`,
    none: 'The scan found nothing that the code reaches for.',
    harmlessOnly: 'The code keeps to the plugin’s own routes and the host’s helpers.',
    unscanned: 'The server did not scan the code.',
    risky: 'Risky',
    harmless: 'Also, and harmless',
    added: 'New in the code',
    removed: 'No longer in the code',
    nothingNew: 'The scan found nothing new in the code.',
    note: 'Found by reading the code, not by running it. Code can hide what it does.',
    phrases: powers,
  },

  review: {
    title: (name: string) => `Review ${name}`,
    missing: 'This plugin is not installed.',
    noCode: 'This plugin has no frontend code.',
    reaches: 'What the code reaches for',
    maker: 'Who made it',
    makerNote: 'The plugin itself states this. Nobody has checked it.',
    code: 'The code',
    facts: {
      name: 'Name',
      version: 'Version',
      author: 'Author',
      homepage: 'Homepage',
      repository: 'Repository',
      license: 'Licence',
      description: 'Description',
      installed_from: 'Installed from',
    },
    oldVersion: 'Accepted version',
    newVersion: 'New version',
    trustedBy: (who: string, when: string) => `trusted by ${who} on ${when}`,
    trustedOn: (when: string) => `trusted on ${when}`,
    sandboxedOn: (when: string) => `sandboxed on ${when}`,
    sandboxedBy: (who: string, when: string) => `sandboxed by ${who} on ${when}`,
    rollBack: 'Roll back',
    /** Completes the name of the button. */
    rollBackTo: (when: string) => `to the code of ${when}`,
    earlier: 'Earlier versions',
    earlierNote: 'Code that was accepted before, and that the server still has.',
    kinds: {
      changed: 'Changed',
      new: 'New',
      gone: 'Missing on the server',
      unusable: 'Unusable',
      same: 'Unchanged',
    },
    goneNote: 'The file no longer exists. If you accept this, its components stop working.',
    unusableNote: 'The server cannot read the file, or the file is too large. It cannot be accepted.',
    showCode: 'Show the code',
    hideCode: 'Hide the code',
    showDifference: 'Show the difference',
    hideDifference: 'Hide the difference',
    /** Completes the name of a button that several files have. */
    ofFile: (file: string) => `of ${file}`,
  },

  code: {
    label: (file: string) => `Code of ${file}, formatted`,
    search: 'Search in the code',
    /** The texts of the search in the code, by their English ones: `{ Find: 'Suchen' }`. */
    phrases: {} as Readonly<Record<string, string>>,
    places: 'Places of the findings',
    line: (line: number) => `line ${line}`,
    asWritten: 'The code could not be formatted, so it is shown as it is.',
    difference: (file: string) => `Changes in ${file}`,
    added: (count: number) => plural(count, 'line added', 'lines added'),
    removed: (count: number) => plural(count, 'line removed', 'lines removed'),
    equal: 'The formatted code is the same.',
    unchanged: (count: number) => plural(count, 'unchanged line', 'unchanged lines'),
    tooDifferent: 'The versions differ too much for a comparison by lines. Both are shown whole.',
  },

  settings: {
    title: 'Plugins',
    search: 'Search plugins',
    filter: 'Show',
    filters: {
      all: 'All',
      waiting: 'Awaiting consent',
      changed: 'Changed',
      trusted: 'Trusted',
      sandboxed: 'Sandboxed',
      off: 'Switched off',
      none: 'No frontend code',
      refused: 'Not loaded',
    },
    shown: (count: number, all: number) =>
      count === all ? plural(all, 'plugin', 'plugins') : `${count} of ${plural(all, 'plugin', 'plugins')}`,
    empty: 'No plugin matches.',
    review: 'Review',
    hide: 'Close',
    note: 'Revoking trust removes a plugin’s widgets at once. Code that has already run stays in the memory of this page until you reload it.',
    by: (name: string) => `by ${name}`,
  },

  history: {
    title: 'Trust history',
    when: 'When',
    who: 'Who',
    plugin: 'Plugin',
    what: 'Decision',
    bytes: 'Code',
    allActs: 'All decisions',
    acts: {
      trust: 'Trusted',
      accept: 'Accepted a change',
      'roll-back': 'Rolled back',
      sandbox: 'Sandboxed',
      revoke: 'Revoked',
    },
    elsewhere: 'not in this app',
    elsewhereNote:
      'None of this app’s pages made the decision: a direct call, an older NousViz, or the server’s option for new plugins.',
    nobody: 'unknown',
    filterWho: 'Who',
    filterPlugin: 'Plugin',
    more: 'Show more',
    shown: (count: number) => `${plural(count, 'decision', 'decisions')} shown`,
    end: 'These are all.',
    empty: 'No decision is recorded.',
    unsupported: 'This server keeps no trust history.',
    forbidden: 'Only those who may trust plugins see the history.',
    csv: 'Export as CSV',
    json: 'Export as JSON',
  },

  safeMode: {
    label: 'Safe mode',
    title: 'Plugins are switched off.',
    names: (names: string) => `Their code does not run on this page: ${names}.`,
    on: 'Switch them on again',
    off: 'Open without plugins',
  },

  /** Texts in place of those of the inspector, which load with it. */
  inspector: undefined as PartOf<InspectorTexts> | undefined,
};

/** All texts of the components. */
export type Messages = typeof english;

/** A part of an object, at every level; functions stay whole. */
export type PartOf<Value> = {
  [Key in keyof Value]?: Value[Key] extends (...given: never[]) => unknown
    ? Value[Key]
    : Value[Key] extends object
      ? PartOf<Value[Key]>
      : Value[Key];
};

/** The texts that a host replaces. */
export type OwnMessages = PartOf<Messages>;

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Replaces some texts. A text that is `undefined` stays. */
export function mergeMessages<Texts extends object>(base: Texts, own: PartOf<Texts> | undefined): Texts {
  if (!own) return base;
  const merged = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(own)) {
    const before = merged[key];
    if (value !== undefined)
      merged[key] = isGroup(before) && isGroup(value) ? mergeMessages(before, value) : value;
  }
  return merged as Texts;
}
