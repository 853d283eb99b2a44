import type { WidgetError } from '../contract/index.ts';
import { lookClosely } from './failures.ts';
import type { Load } from './loader.ts';
import type { Owner } from './owner.ts';
import { fallBack, isAdmitted, isPending, ownerOf, type Slot, type Status } from './slot.ts';
import { clock, measure } from './timing.ts';

/** What a registry does about the load of a slot. */
export interface LoadEvents {
  load: Load;
  /** Whether panels go on showing the failure meanwhile, and also if it fails in the same way. */
  isQuiet: boolean;
  /** Whether the slot is still that of its name. */
  isCurrent(slot: Slot): boolean;
  /** Called when a failed or parked component is loaded again. */
  onRestart(): void;
  /** Called when the status of the slot has changed, with the failure that it shows, if any. */
  onEnd(owner: Owner, failure?: WidgetError): void;
}

/**
 * Loads the component of a slot, unless it may not be loaded or is ready.
 *
 * @returns A promise of the error, if it fails.
 */
export function loadSlot(
  slot: Slot,
  { load, isQuiet, isCurrent, onRestart, onEnd }: LoadEvents,
): Promise<WidgetError | undefined> | undefined {
  const { admission, attempts = 0, status } = slot;
  const isDone = () => slot.status.status === 'ready' && !isPending(slot);
  if (!admission || !isAdmitted(admission) || isDone()) return undefined;
  const owner = ownerOf(admission);
  const { signal, version: hash, isSandboxed } = admission;
  const began = clock();
  const isSame = ({ code }: WidgetError) =>
    slot.status !== status || ('error' in status && status.error.code === code);
  const finish = (next: Status, failure?: WidgetError) => {
    // Of several attempts, the first that succeeds is shown, and only the failure of the last.
    if (isDone() || (failure && (isQuiet ? isSame(failure) : slot.loading !== loading))) return failure;
    slot.loading = undefined;
    if (!isCurrent(slot) || signal.aborted) return failure;
    slot.status = next;
    if (!failure) measure('load', owner, began);
    // A widget that continues as before has not failed.
    onEnd(owner, next.status === 'ready' ? next.update : failure);
    return failure;
  };
  const { config } = admission.component;
  const loading = Promise.all([
    load(admission, attempts),
    // Few components have a schema. Without the code that checks configs, a widget runs as one without a schema.
    config && lookClosely(({ createCheck }) => createCheck(config)),
  ]).then(
    ([Widget, check]) => finish({ status: 'ready', owner, Widget, slot, signal, hash, check, isSandboxed }),
    (error: WidgetError) => finish(fallBack(slot, error) ?? { status: 'failed', owner, error }, error),
  );
  slot.attempts = attempts + 1;
  if (isQuiet) return loading;
  Object.assign(slot, { loading, began });
  // The earlier version runs while its update loads.
  if (status !== slot.earlier) slot.status = { status: 'loading', owner };
  if (status.status !== 'loading') onRestart();
  return loading;
}
