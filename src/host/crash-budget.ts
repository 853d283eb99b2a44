/** The number of crashes after which a widget is parked. */
export interface CrashBudget {
  /** The number of crashes that parks the widget. */
  crashes: number;
  /** The time for which a crash counts, in milliseconds. */
  within: number;
}

const crashes = new WeakMap<object, readonly number[]>();

const recentCrashes = (slot: object, { within }: CrashBudget) =>
  (crashes.get(slot) ?? []).filter((time) => Date.now() - time < within);

/** Returns the number of a slot's crashes that count now. */
export const crashesOf = (slot: object, budget: CrashBudget): number => recentCrashes(slot, budget).length;

/** Records a crash of a slot's widget. @returns The number of crashes that count if the budget is spent, else `undefined`. */
export function spendCrash(slot: object, budget: CrashBudget): number | undefined {
  const times = [...recentCrashes(slot, budget), Date.now()];
  crashes.set(slot, times);
  return times.length >= budget.crashes ? times.length : undefined;
}
