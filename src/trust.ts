import type { ComponentDeclaration } from './manifest.ts';

declare const admitted: unique symbol;

/** A component that may be loaded. Only {@link admit} makes one, and the loader takes nothing else (CONTRACT T1). */
export interface Admitted {
  readonly [admitted]: true;
  readonly pluginId: string;
  readonly component: ComponentDeclaration;
  /** Fires when the operator revokes trust; loader and panels obey it. */
  readonly signal: AbortSignal;
  readonly reason?: undefined;
}

/** A component that may not be loaded, and why. */
export interface Refused {
  readonly pluginId: string;
  readonly component: ComponentDeclaration;
  readonly reason: 'AWAITING_CONSENT';
  readonly signal?: undefined;
}

/** The trust gate's answer. */
export type Admission = Admitted | Refused;

/** The plugins that the operator's store trusts, each with a signal that fires on revoke. */
export type Grants = ReadonlyMap<string, AbortSignal>;

/** Whether the gate let a component pass. */
export const isAdmitted = (admission: Admission): admission is Admitted => !admission.reason;

/** The trust gate: a component passes if the operator trusts its plugin (CONTRACT T1). */
export function admit(pluginId: string, component: ComponentDeclaration, grants: Grants): Admission {
  const signal = grants.get(pluginId);
  if (!signal || signal.aborted) return { pluginId, component, reason: 'AWAITING_CONSENT' };
  return { pluginId, component, signal } as Admitted;
}
