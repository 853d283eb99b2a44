import type { WidgetError } from '../contract/index.ts';
import type { Owner } from './owner.ts';
import type { Admission, Admitted, Reason } from './trust.ts';
import type { Widget } from './widget.ts';

/** The state of a panel's component; a new object at every change, the same object without one. */
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
      /** Fires when trust is revoked; a component of the host's own has none. */
      signal?: AbortSignal;
    }
  | { status: 'failed'; owner?: Owner; error: WidgetError }
  /** Crashed too often: it is stopped until it is released or its bytes change (CONTRACT F9). */
  | { status: 'parked'; owner: Owner; error: WidgetError };

/** The component that a name stands for. Built-ins, and names without a component, have slots without an admission. */
export interface Slot {
  status: Status;
  admission?: Admission;
  /** How often it was loaded. */
  attempts?: number;
  loading?: Promise<void> | undefined;
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

/** The slot of an admission: the old one where nothing has changed. */
export function slotFor(admission: Admission, old: Slot | undefined): Slot {
  if (old && isSame(old.admission!, admission)) return old;
  // Engines remember that a URL failed; other bytes have another URL.
  const attempts = old?.admission!.version === admission.version ? old?.attempts : undefined;
  return { admission, status: firstStatus(admission), ...(attempts && { attempts }) };
}
