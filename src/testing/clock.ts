import { TestingError } from './errors.ts';
import { patch } from './trace.ts';

/** A time in ISO 8601 or in milliseconds since 1970, or a `Date`. */
export type Time = string | number | Date;

/** The times that `Date` is set to. The last one applies. */
const fixed: { times: { time: number }[]; restore: () => void } = { times: [], restore: () => {} };

function replaceDate() {
  const Real = globalThis.Date;
  // Other code may hold on to this `Date`, for example fake timers that restore it, so it returns the real time if none is set.
  const now = () => fixed.times.at(-1)?.time ?? Real.now();
  const Fixed: DateConstructor = new Proxy(Real, {
    construct: (target, given: [], newTarget: typeof Date) =>
      Reflect.construct(
        target,
        given.length > 0 ? given : [now()],
        newTarget === Fixed ? target : newTarget,
      ) as Date,
    apply: () => new Fixed().toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)) as unknown,
  });
  fixed.restore = patch(globalThis, { Date: Fixed });
}

/**
 * Sets the time of `Date` until the returned function is called. The time does not advance. If the test framework fakes `Date`,
 * its clock is set instead, and the test can advance it.
 *
 * @throws {TestingError} `CLOCK_INVALID`
 */
export function setClock(now: Time): () => void {
  const time = new Date(now).getTime();
  if (Number.isNaN(time))
    throw new TestingError(
      'CLOCK_INVALID',
      `now is ${String(now)}, which is not a time. Use a time such as 2026-04-25T14:00:00Z.`,
    );
  const { clock } = Date as { clock?: { setSystemTime(time: number): void } };
  if (clock) {
    clock.setSystemTime(time);
    return () => {};
  }
  const entry = { time };
  if (fixed.times.push(entry) === 1) replaceDate();
  return () => {
    fixed.times.splice(fixed.times.indexOf(entry), 1);
    if (fixed.times.length === 0) fixed.restore();
  };
}
