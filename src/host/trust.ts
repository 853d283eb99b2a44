import type { ListedComponent, Plugin, RefusedRequests, WidgetError } from '../contract/index.ts';

declare const admitted: unique symbol;

/** A component that may be loaded. Only {@link admit} makes one, and the loader accepts nothing else (CONTRACT T1). */
export interface Admitted {
  readonly [admitted]: true;
  readonly pluginId: string;
  readonly component: ListedComponent;
  /** The SHA-256 of the trusted bytes; `undefined` if the host API has no hashes (CONTRACT T4). */
  readonly version: string | undefined;
  /** Fires when the operator revokes trust; the registry and panels obey it. */
  readonly signal: AbortSignal;
  /** The versions of the page that the plugin needs, of its entry in the list. */
  readonly needs?: string | undefined;
  readonly reason?: undefined;
  readonly isSandboxed?: undefined;
}

/** A component that may run in a sandboxed frame only (CONTRACT T6, X). The loader does not accept it. */
export interface Sandboxed extends Omit<Admitted, typeof admitted | 'isSandboxed'> {
  readonly isSandboxed: true;
  /** The last failure of a frame, which the sandbox sets while no later frame has rendered: explanations of the panel have it. */
  failed?: WidgetError | undefined;
  /** What the frames of the component have refused since the page was opened, which the sandbox sets: explanations have it too. */
  refused?: readonly RefusedRequests[];
}

/** The reason why a component may not be loaded. */
export type Reason = 'AWAITING_CONSENT' | 'BUNDLE_CHANGED' | 'PLUGINS_DISABLED';

/** A component that may not be loaded. */
export interface Refused {
  readonly pluginId: string;
  readonly component: ListedComponent;
  readonly reason: Reason;
  readonly version?: undefined;
  readonly signal?: undefined;
  readonly needs?: undefined;
  readonly isSandboxed?: undefined;
}

/** The trust gate's answer for one component. */
export type Admission = Admitted | Sandboxed | Refused;

/** The trusted and the sandboxed plugins by id, each with a signal that fires when the operator decides otherwise. */
export type Grants = ReadonlyMap<string, AbortSignal>;

/** Returns the hash of the bytes that run: the trusted bytes, even while others are on disk (CONTRACT T4). */
export const versionOf = ({ changed, consented, sha256 }: ListedComponent) =>
  changed ? consented?.sha256 : sha256;

/** The plugins whose code does not run: `true` for all, or their ids. */
export type Disabled = boolean | readonly string[];

/** The trust gate: admits a component if the operator trusts its plugin, or sandboxes it, and bytes of the component (CONTRACT T1, T4, T6). */
export function admit(
  pluginId: string,
  component: ListedComponent,
  grants: Grants,
  disabled?: Disabled,
  isSandboxed?: boolean,
  needs?: string,
): Admission {
  const signal = grants.get(pluginId);
  const refuse = (reason: Reason): Refused => ({ pluginId, component, reason });
  if (!signal || signal.aborted) return refuse('AWAITING_CONSENT');
  if (disabled === true || (disabled && disabled.includes(pluginId))) return refuse('PLUGINS_DISABLED');
  if (component.changed && component.consented === null) return refuse('BUNDLE_CHANGED');
  return {
    pluginId,
    component,
    version: versionOf(component),
    signal,
    needs,
    isSandboxed,
  } as Admitted | Sandboxed;
}

/** Applies the trust gate to every component. */
export const admitAll = (plugins: readonly Plugin[], grants: Grants, disabled: Disabled): Admission[] =>
  plugins.flatMap(({ id, components, sandboxed, needs }) =>
    components.map((component) => admit(id, component, grants, disabled, sandboxed, needs)),
  );
