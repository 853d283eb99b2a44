import type { WidgetError } from '../contract/index.ts';
import type { Owner } from './owner.ts';
import type { Admission, Admitted, Reason } from './trust.ts';
import type { Widget } from './widget.ts';

/** The status of a panel's component; the same object until it changes. */
export type Status =
  | { status: 'loading'; owner?: Owner }
  | { status: 'unknown'; code: 'UNKNOWN_COMPONENT' }
  | { status: 'unknown'; code: 'AMBIGUOUS_COMPONENT'; candidates: readonly string[] }
  | { status: 'refused'; owner: Owner; code: Reason; file: string }
  | {
      status: 'ready';
      owner?: Owner;
      Widget: Widget;
      slot: object;
      /** Fires when trust is revoked; the host's own components have no signal. */
      signal?: AbortSignal;
      /** The SHA-256 of the widget's bytes, if it is known. */
      hash?: string | undefined;
    }
  | { status: 'failed'; owner?: Owner; error: WidgetError }
  /** The widget crashed too often and is stopped until it is released or its bytes change (CONTRACT F9). */
  | { status: 'parked'; owner: Owner; error: WidgetError };

/** The component of a name. Built-ins, and names without a component, have slots without an admission. */
export interface Slot {
  status: Status;
  admission?: Admission;
  /** The number of times the component was loaded. */
  attempts?: number;
  loading?: Promise<unknown> | undefined;
  /** The time at which that load began, of {@link clock}. */
  began?: number;
}

export const isAdmitted = (admission: Admission): admission is Admitted => !admission.reason;

export const keyOf = ({ pluginId, component }: Admission) => `${pluginId}/${component.name}`;

export const ownerOf = ({ pluginId, component }: Admission): Owner => ({
  pluginId,
  component: component.name,
});

const firstStatus = (admission: Admission): Status =>
  isAdmitted(admission)
    ? { status: 'loading', owner: ownerOf(admission) }
    : {
        status: 'refused',
        owner: ownerOf(admission),
        code: admission.reason,
        file: admission.component.path,
      };

const isSame = (a: Admission, b: Admission) =>
  a.component.path === b.component.path &&
  a.version === b.version &&
  a.signal === b.signal &&
  a.reason === b.reason;

/** Returns the slot of an admission: the old slot if nothing has changed. */
export function slotFor(admission: Admission, old: Slot | undefined): Slot {
  if (old && isSame(old.admission!, admission)) return old;
  // Browsers remember that a URL failed, so attempts are counted per URL; other bytes have another URL.
  const attempts = old?.admission!.version === admission.version ? old?.attempts : undefined;
  return { admission, status: firstStatus(admission), ...(attempts && { attempts }) };
}
