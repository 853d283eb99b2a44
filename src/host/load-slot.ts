import type { WidgetError } from '../contract/index.ts';
import type { Load } from './loader.ts';
import type { Owner } from './owner.ts';
import { fallBack, isAdmitted, isPending, ownerOf, type Slot, type Status } from './slot.ts';
import { clock, measure } from './timing.ts';

/** What a registry does about the load of a slot. */
export interface LoadEvents {
  load: Load;
  /** Whether the slot is still that of its name. */
  isCurrent(slot: Slot): boolean;
  /** Called when a failed or parked component is loaded again. */
  onRestart(): void;
  /** Called when the status of the slot has changed, with the failure that it shows, if any. */
  onEnd(owner: Owner, failure?: WidgetError): void;
}

/** Loads the component of a slot, unless it may not be loaded or is ready. */
export function loadSlot(slot: Slot, { load, isCurrent, onRestart, onEnd }: LoadEvents): void {
  const { admission, attempts = 0, status } = slot;
  const isDone = () => slot.status.status === 'ready' && !isPending(slot);
  if (!admission || !isAdmitted(admission) || isDone()) return;
  const owner = ownerOf(admission);
  const { signal, version: hash } = admission;
  const began = clock();
  const finish = (next: Status, failure?: WidgetError) => {
    // Of several attempts, the first that succeeds is shown, and only the failure of the last.
    if (isDone() || (failure && slot.loading !== loading)) return;
    slot.loading = undefined;
    if (!isCurrent(slot) || signal.aborted) return;
    slot.status = next;
    if (!failure) measure('load', owner, began);
    // A widget that continues as before has not failed.
    onEnd(owner, next.status === 'ready' ? next.update : failure);
  };
  const loading = load(admission, attempts).then(
    (Widget) => finish({ status: 'ready', owner, Widget, slot, signal, hash }),
    (error: WidgetError) => finish(fallBack(slot, error) ?? { status: 'failed', owner, error }, error),
  );
  Object.assign(slot, { loading, attempts: attempts + 1 });
  // The earlier version runs while its update loads.
  if (status !== slot.earlier) slot.status = { status: 'loading', owner };
  if (status.status !== 'loading') onRestart();
}
