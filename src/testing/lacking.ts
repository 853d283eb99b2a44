import { messageOf } from '../contract/index.ts';

const LACKING =
  /^(\w+) is not defined$|^(?:window|globalThis|document|navigator)\.([\w.]+) is not a (?:function|constructor)$/;

/** The remedy for an error that may come from a test environment, which has only a part of a browser. */
export function environmentRemedy(error: unknown): string | undefined {
  const [, name, member = name] = LACKING.exec(messageOf(error)) ?? [];
  return (
    member &&
    `If browsers have ${member}, the test environment lacks it: define it in the test before the widget renders. Otherwise correct the name.`
  );
}
