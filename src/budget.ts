/** How often a widget may crash before it is parked. */
export interface CrashBudget {
  /** This many crashes park it. */
  crashes: number;
  /** Milliseconds within which they count. */
  within: number;
}

/** The crashes that count, with one more. Times in milliseconds. */
export const addCrash = (times: readonly number[], now: number, { within }: CrashBudget): number[] => [
  ...times.filter((time) => now - time < within),
  now,
];

const crashes = new WeakMap<object, readonly number[]>();

/** How many crashes of a slot's bytes count at the moment. */
export const crashesOf = (slot: object) => crashes.get(slot)?.length ?? 0;

/** Enters a crash of what a slot holds. @returns how many count now, where they are too many. */
export function spendCrash(slot: object, budget: CrashBudget): number | undefined {
  const times = addCrash(crashes.get(slot) ?? [], Date.now(), budget);
  crashes.set(slot, times);
  return times.length >= budget.crashes ? times.length : undefined;
}
