/** How often a widget may crash before it is parked. */
export interface CrashBudget {
  /** The number of crashes that parks it. */
  crashes: number;
  /** Milliseconds for which a crash counts. */
  within: number;
}

const crashes = new WeakMap<object, readonly number[]>();

const counting = (slot: object, { within }: CrashBudget) =>
  (crashes.get(slot) ?? []).filter((time) => Date.now() - time < within);

/** The number of crashes of a slot's bytes that count now. */
export const crashesOf = (slot: object, budget: CrashBudget): number => counting(slot, budget).length;

/** Records a crash of a slot's widget. @returns The number of crashes that count, where they exceed the budget. */
export function spendCrash(slot: object, budget: CrashBudget): number | undefined {
  const times = [...counting(slot, budget), Date.now()];
  crashes.set(slot, times);
  return times.length >= budget.crashes ? times.length : undefined;
}
