import type { Span } from './spans.ts';
import type { TrustState } from './facts.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

const statuses: Record<string, string> = {
  loading: 'Loading',
  ready: 'Running',
  refused: 'Does not run',
  failed: 'Failed',
  parked: 'Stopped after crashes',
  unknown: 'Unknown component',
};

const trust: Record<TrustState, string> = {
  trusted: 'Trusted',
  sandboxed: 'Runs sandboxed',
  changed: 'The accepted version runs, a new one waits for a decision',
  kept: 'The accepted version was kept, the new one does not run',
  waiting: 'Waits for a decision',
  declined: 'Not now',
  revoked: 'Trust revoked',
  off: 'Switched off',
  host: 'Part of this app',
  unknown: 'Not known',
};

const spans: Record<Span['what'], string> = {
  list: 'List of plugins',
  dashboard: 'Dashboard',
  shim: 'React for widgets',
  bundle: 'Bundle, the widget’s code',
  load: 'Load, in all',
  render: 'First render',
};

const steps: Record<string, string> = {
  declared: 'Declared by the plugin',
  'on disk': 'On the server',
  trusted: 'Decision',
  bytes: 'Accepted code',
  imported: 'Loaded',
  export: 'Has a component',
  name: 'Name in the dashboard',
  mounted: 'Shown',
  crashes: 'Crashes',
  requests: 'Requests',
};

/** The English texts of the inspector. They load with it; a host replaces them with the messages of the group `inspector`. */
export const inspectorTexts = {
  title: 'Plugin inspector',
  hint: 'Point at a panel of the page, or choose one here.',
  panels: 'Panels of this page',
  empty: 'This page has no panels.',
  close: 'Close the inspector',
  toBelow: 'Move below the page',
  toBeside: 'Move beside the page',
  resize: 'Size of the inspector',
  pick: 'Pick a panel on the page',
  picking: 'Click a panel. Escape ends it.',
  loading: 'Reading …',
  notKnown: 'not known',
  statuses,
  trust,
  spans,
  steps,
  facts: {
    status: 'Status',
    trust: 'Trust',
    version: 'Version',
    file: 'File',
    hash: 'SHA-256',
    size: 'Size',
    renders: 'Renders',
    crashes: 'Crashes',
  },
  /** While accepted bytes run and others wait. */
  versions: (runs: string | undefined, waits: string) =>
    `${runs ?? 'the accepted one'} runs, ${waits} does not run`,
  crashes: (count: number, counting: number, budget: number) =>
    count === 0
      ? 'none'
      : `${count} since the page was opened. ${counting} of them count now, and ${budget} stop the widget.`,
  load: 'Load',
  loadEmpty: 'The browser has measured no load of it.',
  columns: { what: 'What', start: 'Start', duration: 'Time', size: 'Size' },
  milliseconds: (ms: number) => `${Math.round(ms)} ms`,
  bytes: (bytes: number) => (bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`),
  fromCache: 'from the cache',
  events: 'Requests and errors',
  eventsEmpty: 'None since the page was opened.',
  kinds: { request: 'Request', error: 'Uncaught error', failure: 'Failure', refusal: 'Refusal' },
  ofPlugin: 'of the plugin',
  chain: 'Explanation',
  passed: 'passed',
  failed: 'failed',
  unsure: 'not known',
  retry: 'Retry',
  release: 'Release',
  reload: 'Reload the widget',
  restarted: (name: string) => `${name} loads again.`,
  copyMarkdown: 'Copy as Markdown',
  copyJson: 'Copy as JSON',
  copied: 'Copied. The report has no tokens and no query values.',
  notCopied: 'Select the text to copy it',
  updated: (count: number) => plural(count, 'panel', 'panels'),
};

/** The texts of the inspector. */
export type InspectorTexts = typeof inspectorTexts;
