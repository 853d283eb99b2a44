/** A leak or an error of a widget. */
export interface Trace {
  code: 'TIMER_LEFT' | 'LISTENER_LEFT' | 'ELEMENT_LEFT' | 'GLOBAL_LEFT' | 'CONSOLE_ERROR' | 'UNCAUGHT_ERROR';
  fact: string;
  /** The position in the code that caused it, if a stack trace shows it. */
  at?: string | undefined;
  /** The thrown value. */
  cause?: unknown;
  /** Removes the leak. */
  end?: () => void;
}

/** A watch on leaks or errors. */
export interface Watch {
  /** Restores all replaced functions and returns the traces. */
  stop(): Trace[];
}

const { process } = globalThis as { process?: { cwd?(): string } };

/** The position of the first stack frame outside of packages, `widget/MyWidget.tsx:12:5`. */
function placeIn(frames: readonly string[]): string | undefined {
  const found = frames.find((line) => /:\d+:\d+\)?$/.test(line) && !/node_modules|node:/.test(line));
  const [, place] = /\(?([^\s()]+:\d+:\d+)\)?$/.exec(found ?? '') ?? [];
  const folder = process?.cwd?.();
  return place
    ?.replace(/^file:\/\//, '')
    .replace(/\?[^:]*/, '')
    .replace(`${folder}/`, '');
}

/** The position where an error was created. */
export const placeOf = (error: unknown): string | undefined =>
  placeIn(((error as Error | undefined)?.stack ?? '').split('\n').slice(1));

/** The position of the call to the current function's caller. */
export const placeOfCall = (): string | undefined => placeIn((new Error().stack ?? '').split('\n').slice(3));

/** The names of all members that were replaced. In happy-dom, an object lists some of its members only after they were. */
export const replaced = new Set<PropertyKey>();

/** Replaces members of an object until the returned function is called, which does not restore members that were replaced again. */
export function patch(target: object, members: object): () => void {
  const changes = Object.entries(members).map(([name, value]: [string, unknown]) => {
    const before = Object.getOwnPropertyDescriptor(target, name);
    if (before) replaced.add(name);
    Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: true });
    return { name, value, before };
  });
  return () => {
    for (const { name, value, before } of changes) {
      if (Reflect.get(target, name) !== value) continue;
      if (before) Object.defineProperty(target, name, before);
      else Reflect.deleteProperty(target, name);
    }
  };
}
