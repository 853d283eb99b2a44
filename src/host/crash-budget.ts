/** How often a widget may crash before it is parked. */
export interface CrashBudget {
  /** This many crashes park it. */
  crashes: number;
  /** Milliseconds within which they count. */
  within: number;
}

const crashes = new WeakMap<object, readonly number[]>();

const counting = (slot: object, { within }: CrashBudget) =>
  (crashes.get(slot) ?? []).filter((time) => Date.now() - time < within);

/** How many crashes of a slot's bytes count at the moment. */
export const crashesOf = (slot: object, budget: CrashBudget): number => counting(slot, budget).length;

/** Enters a crash of what a slot holds. @returns how many count now, where they are too many. */
export function spendCrash(slot: object, budget: CrashBudget): number | undefined {
  const times = [...counting(slot, budget), Date.now()];
  crashes.set(slot, times);
  return times.length >= budget.crashes ? times.length : undefined;
}
