/** Something that a widget did or left and that nobody asked for. */
export interface Trace {
  code: 'TIMER_LEFT' | 'LISTENER_LEFT' | 'ELEMENT_LEFT' | 'GLOBAL_LEFT' | 'CONSOLE_ERROR' | 'UNCAUGHT_ERROR';
  fact: string;
  /** The place in the code that did it, as far as a stack trace tells. */
  at?: string | undefined;
  /** What was thrown. */
  cause?: unknown;
  /** Ends what was left. */
  end?: () => void;
}

/** Something that is watched until it is stopped, which puts back what watching it took. */
export interface Watch {
  stop(): Trace[];
}

const { process } = globalThis as { process?: { cwd?(): string } };

/** Where the code stands that a stack tells of, past packages if it can be: `widget/MyWidget.tsx:12:5`. */
function placeIn(frames: readonly string[]): string | undefined {
  const found = frames.find((line) => /:\d+:\d+\)?$/.test(line) && !/node_modules|node:/.test(line));
  const [, place] = /\(?([^\s()]+:\d+:\d+)\)?$/.exec(found ?? '') ?? [];
  const folder = process?.cwd?.();
  return place
    ?.replace(/^file:\/\//, '')
    .replace(/\?[^:]*/, '')
    .replace(`${folder}/`, '');
}

/** The place that an error comes from. */
export const placeOf = (error: unknown): string | undefined =>
  placeIn(((error as Error | undefined)?.stack ?? '').split('\n').slice(1));

/** The place of the call of the function that calls this. */
export const placeOfCall = (): string | undefined => placeIn((new Error().stack ?? '').split('\n').slice(3));

/** Replaces members of an object until the function that is returned is called; what others have replaced since stays. */
export function patch(target: object, members: object): () => void {
  const replaced = Object.entries(members).map(([name, value]: [string, unknown]) => {
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: true });
    return { name, value, before };
  });
  return () => {
    for (const { name, value, before } of replaced) {
      if (Reflect.get(target, name) !== value) continue;
      if (before) Object.defineProperty(target, name, before);
      else Reflect.deleteProperty(target, name);
    }
  };
}
