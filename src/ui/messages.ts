import { code } from './code/texts.ts';
import type { InspectorTexts } from './inspector/texts.ts';
import { makerTexts, type MakerTexts } from './maker-texts.ts';
import type { PartOf } from './merge-messages.ts';
import { plural } from './plural.ts';
import { decided } from './decided-texts.ts';
import { fileTexts, type FileTexts } from './file-texts.ts';
import { needs } from './needs-texts.ts';
import { phrases, reasons } from './power-texts.ts';
import { revokeTexts, type RevokeTexts } from './revoke-texts.ts';

const general = {
  /** The language of dates, numbers and lists, a BCP 47 tag. */
  locale: 'en',
  /** The direction of the texts. @default that of the page */
  direction: undefined as 'ltr' | 'rtl' | undefined,
  loading: 'Loading …',
  retry: 'Retry',
  notStated: 'not stated',
  unknownTime: 'unknown time',
  unknownPerson: 'unknown',
  more: (count: number) => `${count} more`,
};

const banner = {
  title: 'This plugin includes custom frontend code',
  changed: (name: string) => `${name} has changed since it was accepted`,
  warning: (name: string) =>
    `The code does not run. Trust ${name} only if you know where it comes from. You can revoke trust under Settings → Plugins.`,
  waits: 'Until you accept it, the version that was accepted before goes on running.',
  review: 'Review',
  hide: 'Hide the review',
};

const verdicts = {
  label: 'Your decision',
  recommended: 'Recommended',
  /** The mark of the decision that was made before. */
  decided: 'Decided',
  trust: 'Trust this plugin',
  sandbox: 'Run sandboxed',
  later: 'Not now',
  /** The verdicts about a new version, which runs where the accepted one runs, or elsewhere. */
  accept: 'Accept the new version',
  acceptSandboxed: 'Accept the new version, sandboxed',
  trustNew: 'Trust the new version',
  sandboxNew: 'Run the new version sandboxed',
  keep: 'Keep the old one',
  /** The code that a verdict is about. @param which Empty if there is only one version. */
  code: (version: string, which: 'new' | 'accepted' | '') =>
    which ? `The ${which} version${version && ` (${version})`}` : version ? `Version ${version}` : 'The code',
  trustMeans: (version: string) =>
    `${version} runs in this page. It can see what you see, use your session, and do what you can do.`,
  sandboxMeans: (version: string) =>
    `${version} runs in a frame. It can request only its own routes, with your rights, and may slow the page down.`,
  laterMeans: 'It does not run, and no page asks again until its code changes. You can decide at any time.',
  keepMeans: (version: string, isSandboxed: boolean) =>
    `${version} goes on running ${isSandboxed ? 'in a frame' : 'in this page'}. No page asks again until the code changes.`,
  noSandbox: 'This app does not run plugins in frames.',
  reasons,
};

const done = {
  trust: (name: string) => `${name} is trusted.`,
  sandbox: (name: string) => `${name} runs sandboxed.`,
  accept: (name: string) => `The new version of ${name} is accepted.`,
  refuse: (name: string) => `${name} does not run.`,
  keep: (name: string) => `The old version of ${name} is kept.`,
  rollBack: (name: string) => `${name} is rolled back.`,
  revoke: (name: string) => `Trust in ${name} is revoked.`,
};

const failed = {
  trust: 'The plugin could not be trusted',
  sandbox: 'The plugin could not be sandboxed',
  accept: 'The new version could not be accepted',
  refuse: 'The decision could not be recorded',
  keep: 'The old version could not be kept',
  rollBack: 'The plugin could not be rolled back',
  revoke: 'Trust could not be revoked',
  load: 'This could not be loaded',
  export: 'The export failed',
};

const powers = {
  /** @param list The phrases as one list, `a, b and c`. @param isNew Whether other code runs. */
  sentence: (list: string, isNew = false) => `The ${isNew ? 'new ' : ''}code ${list}.`,
  none: 'The scan found nothing that the code reaches for.',
  harmlessOnly: 'The code uses only the plugin’s own routes and the helpers of this app.',
  unscanned: 'The server did not scan the code.',
  unscannedFiles: (files: string) => `Not scanned, because the server cannot read it: ${files}.`,
  risky: 'Risky',
  severe: 'Severe',
  harmless: (count: number) => `Harmless (${count})`,
  added: 'New in the code',
  removed: 'No longer in the code',
  nothingNew: 'The scan found nothing new in the code.',
  note: 'Found by reading the code, not by running it. Code can hide what it does.',
  phrases,
};

const review = {
  title: (name: string) => `Review ${name}`,
  missing: 'This plugin is not installed.',
  noCode: 'This plugin has no frontend code.',
  code: 'The code',
  /** The accepted version, which runs, and the one on the server, which does not. An author may have left the number as it was. */
  versions: (accepted: string, waiting: string) =>
    accepted === waiting
      ? `runs ${accepted} (accepted), not the changed code`
      : `runs ${accepted} (accepted), not ${waiting}`,
  oldVersion: 'Accepted version',
  newVersion: 'New version',
  trustedBy: (who: string, when: string) => `trusted by ${who} on ${when}`,
  trustedOn: (when: string) => `trusted on ${when}`,
  sandboxedOn: (when: string) => `sandboxed on ${when}`,
  sandboxedBy: (who: string, when: string) => `sandboxed by ${who} on ${when}`,
  rollBack: 'Roll back',
  /** Completes the name of the button. */
  rollBackTo: (when: string) => `to the code of ${when}`,
  earlier: 'Other versions',
  earlierNote: 'Code that was accepted before, and that the server still has.',
};

const settings = {
  title: 'Plugins',
  search: 'Search plugins',
  filter: 'Show',
  filters: {
    all: 'All',
    waiting: 'Waits for a decision',
    declined: 'Not now',
    revoked: 'Trust revoked',
    changed: 'Changed',
    kept: 'Old version kept',
    trusted: 'Trusted',
    sandboxed: 'Sandboxed',
    off: 'Switched off',
    none: 'No frontend code',
    refused: 'Could not be read',
  },
  shown: (count: number, all: number) =>
    count === all ? plural(all, 'plugin', 'plugins') : `${count} of ${plural(all, 'plugin', 'plugins')}`,
  empty: 'No plugin matches.',
  review: 'Review',
  hide: 'Close',
  note: 'Revoking trust removes a plugin’s widgets at once. Code that has already run stays in the memory of this page until you reload it.',
  by: (name: string) => `by ${name}`,
};

const history = {
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
    refuse: 'Not now',
    keep: 'Kept the old version',
  },
  /** Stands before code that does not run by the decision. */
  declined: 'Declined:',
  elsewhere: 'not in this app',
  elsewhereNote:
    'None of this app’s pages made the decision: a direct call, an older NousViz, or the server’s option for new plugins.',
  sandboxed: 'sandboxed',
  allPlugins: 'All plugins',
  filterWho: 'Who',
  filterPlugin: 'Plugin',
  more: 'Show more',
  shown: (count: number) => `${plural(count, 'decision', 'decisions')} shown`,
  end: 'These are all.',
  empty: 'No decision is recorded.',
  noMatch: 'No recorded decision matches.',
  unsupported: 'This server keeps no trust history.',
  forbidden: 'Only those who may trust plugins see the history.',
  csv: 'Export as CSV',
  json: 'Export as JSON',
};

const safeMode = {
  label: 'Safe mode',
  title: 'Plugins are switched off.',
  names: (names: string) => `Their code does not run on this page: ${names}.`,
  on: 'Switch them on again',
  off: 'Open without plugins',
  offNote:
    'If a plugin breaks the page or slows it down: this opens the app with the code of all plugins switched off. It changes no decision, and is only for this tab.',
};

const risk = {
  /** Stands before what new code reaches for, while other code runs. */
  inNew: 'New version:',
};

/** The texts that every component has. */
export type General = typeof general;

const join = <One extends object, Other extends object>(one: One, other: Other): One & Other => ({
  ...one,
  ...other,
});
const withGeneral = <Groups extends object>(groups: Groups) => join(general, groups);

// Each component has its own groups, so that an app has no texts of components that it does not use.
/** The texts of a decision about a plugin. */
export const decisionTexts = /* @__PURE__ */ withGeneral({ banner, verdicts, done, failed, powers, review });
/** The texts of a plugin's risk. */
export const riskTexts = /* @__PURE__ */ withGeneral({ powers, risk });
/** The texts of the list of plugins. */
export const settingsTexts = /* @__PURE__ */ withGeneral({
  settings,
  verdicts: revokeTexts,
  done,
  failed,
  review,
});
/** The texts of the record of decisions. */
export const historyTexts = /* @__PURE__ */ withGeneral({ history, failed });
/** The texts of safe mode. */
export const safeModeTexts = /* @__PURE__ */ withGeneral({ safeMode });

const lateReview = /* @__PURE__ */ join(makerTexts, fileTexts);

/** The texts in English, all of them. A host replaces all or some of them with `UiMessages`. */
export const english = /* @__PURE__ */ withGeneral({
  banner,
  verdicts: /* @__PURE__ */ join(verdicts, revokeTexts),
  done,
  failed,
  powers,
  risk,
  review: /* @__PURE__ */ join(review, lateReview),
  decided,
  needs,
  code,
  settings,
  history,
  safeMode,
});

/** All texts of the components. */
export type Messages = typeof english & {
  /** Texts in place of those of the inspector, which load with it. */
  inspector?: PartOf<InspectorTexts>;
};

/** The texts that a host replaces. */
export type OwnMessages = PartOf<Messages>;

/** The texts of a decision, with those that a host gives to parts which load on demand. */
export type DecisionTexts = typeof decisionTexts &
  Pick<OwnMessages, 'code' | 'decided' | 'needs'> & {
    verdicts: PartOf<RevokeTexts>;
    review: PartOf<MakerTexts & FileTexts>;
  };
export type HistoryTexts = typeof historyTexts;
export type SettingsTexts = typeof settingsTexts & Pick<OwnMessages, 'decided' | 'needs'>;

export { mergeMessages } from './merge-messages.ts';
