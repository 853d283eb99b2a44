import type { PageCheck } from '../config/index.ts';
import type { WidgetError } from '../contract/index.ts';
import type { Owner } from './owner.ts';
import type { Admission, Admitted, Reason, Sandboxed } from './trust.ts';
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
      /** Whether the widget is a frame: a component of the sandbox, which is no code of the plugin. */
      isSandboxed?: boolean | undefined;
      /** The SHA-256 of the widget's bytes, if it is known. */
      hash?: string | undefined;
      /** Checks the config of a panel, if the component has a schema. */
      check?: PageCheck | undefined;
      /** The failure of an accepted update: this is the earlier version, which runs until the page is reloaded. */
      update?: WidgetError | undefined;
    }
  | { status: 'failed'; owner?: Owner; error: WidgetError }
  /** The widget crashed too often and is stopped until it is released or its bytes change (CONTRACT F9). */
  | { status: 'parked'; owner: Owner; error: WidgetError };

/** The status of a component that can be shown. */
export type Ready = Extract<Status, { status: 'ready' }>;

/** The component of a name. Built-ins, and names without a component, have slots without an admission. */
export interface Slot {
  status: Status;
  admission?: Admission;
  /** The number of times the component was loaded. */
  attempts?: number;
  loading?: Promise<unknown> | undefined;
  /** The time at which that load began, of {@link clock}. */
  began?: number;
  /** The widget that ran before this load. It is the status while an accepted update loads, and continues if that cannot run. */
  earlier?: Ready | undefined;
}

/** Whether the component is still to be loaded, also in place of an earlier version that runs meanwhile. */
export const isPending = ({ status, earlier }: Slot) => status.status === 'loading' || status === earlier;

/** Whether a bundle threw while it was evaluated, which it may do only because it ran on this page before. */
export const hasThrown = ({ code }: WidgetError) => code === 'NAME_TAKEN' || code === 'BUNDLE_THREW';

/** Returns the status of the earlier widget if the code of a slot cannot run a second time. */
export const fallBack = ({ admission, earlier }: Slot, error: WidgetError): Ready | undefined =>
  earlier && hasThrown(error)
    ? { ...earlier, update: earlier.hash === admission!.version ? undefined : error }
    : undefined;

export const isAdmitted = (admission: Admission): admission is Admitted | Sandboxed => !admission.reason;

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
  a.reason === b.reason &&
  a.needs === b.needs;

/** The widget that may continue after an update: not after a revoke, nor if it was parked. */
function earlierOf(old: Slot | undefined, { signal }: Admission): Ready | undefined {
  if (!old || !signal || old.admission!.signal !== signal || old.status.status === 'parked') return undefined;
  return old.status.status === 'ready' ? { ...old.status, update: undefined } : old.earlier;
}

/** Returns the slot of an admission: the old slot if nothing has changed. `isShown` is whether a panel shows the component. */
export function slotFor(admission: Admission, old: Slot | undefined, isShown: boolean): Slot {
  if (old && isSame(old.admission!, admission)) return old;
  // Browsers remember that a URL failed, so attempts are counted per URL; other bytes have another URL.
  const attempts = old?.admission!.version === admission.version ? old?.attempts : undefined;
  const earlier = earlierOf(old, admission);
  const runs = isShown && old?.status.status === 'ready';
  return {
    admission,
    status: (runs && earlier) || firstStatus(admission),
    earlier,
    ...(attempts && { attempts }),
  };
}
