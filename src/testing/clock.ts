import { TestingError } from './errors.ts';
import { patch } from './trace.ts';

/** A time: ISO 8601, milliseconds since 1970, or a `Date`. */
export type Time = string | number | Date;

/** The times that `Date` was set to and not released from; the last one counts. */
const fixed: { times: { time: number }[]; restore: () => void } = { times: [], restore: () => {} };

function replaceDate() {
  const Real = globalThis.Date;
  // Others may have taken hold of it, fake timers that put it back among them: released from all times it is the real one.
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
 * Makes it that time for `Date`, until the function that is returned is called. Time stands still; where the test framework
 * fakes `Date`, its clock is set instead and goes on as the test advances it.
 * @throws {TestingError} `CLOCK_INVALID`
 */
export function setClock(now: Time): () => void {
  const time = new Date(now).getTime();
  if (Number.isNaN(time))
    throw new TestingError(
      'CLOCK_INVALID',
      `now is ${String(now)}. Give a time such as 2026-04-25T14:00:00Z.`,
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
