import type { ComponentDeclaration } from './manifest.ts';

/** Names found by reading a bundle's code, not by running it. Code can hide what it does. */
export interface Findings {
  /** Paths of the host API; `…` stands for a value that is inserted at run time. */
  readonly api_paths?: readonly string[];
  /** Other hosts in addresses; `…` is a host that is known only at run time. */
  readonly hosts?: readonly string[];
  /** The host's helpers that the bundle uses. */
  readonly helpers?: readonly string[];
  /** Other browser features that the bundle uses: storage, network, code from strings. */
  readonly reaches?: readonly string[];
  /** The modules that it imports. */
  readonly imports?: readonly string[];
}

/** The host API's description of a bundle's bytes (CONTRACT P1, T4). */
export interface Bytes {
  /** SHA-256, lower-case hex; absent if the file is too large or cannot be read. */
  sha256?: string;
  /** In bytes. */
  size?: number;
  /** Present while a decision is pending. On the wire, only with the first component of a file that several components share. */
  findings?: Findings;
}

/** A component as the host API lists it; the bytes are those on the server's disk (CONTRACT P1, T4). */
export interface ListedComponent extends ComponentDeclaration, Bytes {
  exists_on_disk?: boolean;
  /** The SHA-256 of the source map beside the bundle, lower-case hex; present while a decision is pending. */
  map?: string;
  /** Only on a trusted plugin: whether the bytes on disk differ from the trusted ones. */
  changed?: boolean;
  /** Only with `changed`: the trusted bytes, which run; `null` if the component came with the change, so that nothing runs. */
  consented?: Bytes | null;
}

/** A plugin's components, and whether they may run (CONTRACT P1). */
export interface FrontendBlock {
  components: ListedComponent[];
  trusted: boolean;
  /** Whether the plugin declares components, and is neither trusted nor sandboxed. */
  needs_consent: boolean;
  /** Whether the plugin runs in frames only (CONTRACT T6). */
  sandboxed?: boolean;
}

/** What operators read about a plugin before they decide; a field is absent if nobody has stated it (CONTRACT M4, P1). */
export interface PluginFacts {
  author?: string;
  /** An `http(s)` address, and so is `repository`. */
  homepage?: string;
  repository?: string;
  license?: string;
  description?: string;
  /** The place from which the host installed it, if the host knows it. */
  installed_from?: string;
  /** The public key, as minisign spells it, whose owner signed the archive of the bytes on the disk. It says nothing about their code. */
  signed_by?: string;
  /** Only with `signed_by`: whether the version before was signed with the same key or not, or there was none before. */
  signer?: 'first' | 'same' | 'other';
  /**
   * The versions of the page that the plugin needs, of which each range is alternatives of conditions with three numbers:
   * `nousviz-runtime >=0.2.0 <1.0.0, react >=18.3.0 <19.0.0 || >=19.0.0`. On a page of other versions it does not run. Absent if
   * `ignoreEngines` of the server names the plugin.
   */
  needs?: string;
  /** In place of `needs`, while an earlier version of the plugin runs: what the version on the disk needs. */
  update_needs?: string;
  /** The operator of the decision that counts, to trust the plugin or to run it sandboxed. */
  trusted_by?: string;
  /** The time of that decision, ISO 8601 in UTC. */
  trusted_at?: string;
  /** Only while accepted bytes run in place of those on the disk: the plugin's version when they were accepted. */
  accepted_version?: string;
  /** Whether an operator does not want the bytes on the disk: `refused`, so that nothing runs, or `kept`, so that the accepted ones go on. */
  declined?: 'refused' | 'kept';
  /** Only with `declined`: the operator of that decision. */
  declined_by?: string;
  /** Only with `declined`: the time of that decision, ISO 8601 in UTC. */
  declined_at?: string;
  /** Only if nothing runs because trust was revoked: the operator who revoked it last. */
  revoked_by?: string;
  /** The time of that revoke, ISO 8601 in UTC. */
  revoked_at?: string;
  /** Only with `revoked_at`: whether the bytes on the disk ran until trust was revoked, or are others, about which nobody has decided. */
  revoked_bytes?: 'same' | 'other';
}

/** A plugin in the answer to `GET /plugins` (CONTRACT P1). */
export interface PluginEntry extends PluginFacts {
  id: string;
  name: string;
  display_name: string;
  version: string;
  /** Absent in a part of the list, except for the dashboard's own plugin. */
  dashboards?: { name: string; label?: string }[];
  frontend: FrontendBlock;
  /** Only in the whole list: changes with everything else in the entry. */
  revision?: string;
}

/**
 * A decision about a plugin: a first consent, a consent to bytes that differ from the running ones, a consent to bytes that are no
 * longer on the disk, a consent in frames only, the end of trust; no consent to bytes that wait, and none to bytes that would replace
 * accepted ones.
 */
export type TrustAct = 'trust' | 'accept' | 'roll-back' | 'sandbox' | 'revoke' | 'refuse' | 'keep';

/** A record of a decision (CONTRACT P8). */
export interface TrustHistoryRecord {
  /** ISO 8601, UTC. */
  at: string;
  /** The operator; an empty string if the record does not name one. */
  who: string;
  plugin_id: string;
  act: TrustAct;
  /**
   * The SHA-256 of the bytes that run from then on, by file name, lower-case hex; empty if nothing runs, and for an old record that names
   * none.
   */
  bundles: Readonly<Record<string, string>>;
  /** Only of `refuse` and `keep`: the bytes that do not run. */
  declined?: Readonly<Record<string, string>>;
  /** The plugin's version with `bundles`, if it was recorded. */
  version?: string;
  /** The plugin's version with `declined`, if it was recorded. */
  declined_version?: string;
  /** Whether the plugin runs in frames only from then on; absent if not. */
  sandboxed?: true;
  /** `other` if no page of this package made the decision: a program, NousViz 1.0, an option of the server. */
  via: 'page' | 'other';
  /** Only in the record of one plugin: whether the server still has all of these bytes, so that one can roll back to them. */
  restorable?: boolean;
}

/** The answer to `GET /trust-history` and `GET /plugins/{id}/trust-history`: the newest records first (CONTRACT P8). */
export interface TrustHistoryAnswer {
  records: TrustHistoryRecord[];
  /** The value of `before` that requests the next page; `null` on the last one. */
  next: string | null;
}

/** A plugin that cannot be used. */
export interface RefusedPlugin {
  /** The plugin's id, or the name of its folder. */
  id: string;
  /** The message, with plugin, place, rule and remedy. */
  detail: string;
}

/** The answer to `GET /plugins` (CONTRACT P1). */
export interface ListAnswer {
  plugins: PluginEntry[];
  refused: RefusedPlugin[];
}

/** The part of the list that one dashboard needs: its own plugin, and the plugins that its panels' names can resolve to. */
export interface PartAnswer extends ListAnswer {
  dashboard: {
    plugin: string;
    name: string;
    /** The component names of the dashboard's panels, each once. */
    components: readonly string[];
    /** The paths, below the API's base, of the bundles of these names that may run; each once, in the panels' order. */
    bundles: readonly string[];
  };
}

/** An answer’s JSON and its content type. */
export type JsonAnswer = readonly [json: unknown, type?: string | null];

/** A dashboard’s document, with its part of the list if the content type says so. */
export interface DashboardAnswer {
  dashboard: unknown;
  list?: unknown;
}
