import { messageOf, nameOf } from '../contract/index.ts';
import { patch, placeOf, type Trace, type Watch } from './trace.ts';

/** What a console line says, its placeholders filled in; the first line of it. */
function lineOf([text, ...rest]: unknown[]): string {
  const filled =
    typeof text === 'string'
      ? text.replace(/%[sdifoOc]/g, (placeholder) => {
          const value = rest.shift();
          return placeholder === '%c' ? '' : messageOf(value);
        })
      : messageOf(text);
  return filled.split('\n')[0]!.slice(0, 300);
}

/** Watches the errors that are written to the console, which is silent meanwhile. */
export function watchConsole(): Watch {
  const traces: Trace[] = [];
  const restore = patch(console, {
    error(...line: unknown[]) {
      const fact = lineOf(line);
      // What happens by itself is in no act; that is no fault of the widget's.
      if (!fact.includes('not wrapped in act(')) traces.push({ code: 'CONSOLE_ERROR', fact });
    },
  });
  return {
    stop() {
      restore();
      return traces;
    },
  };
}

/** Node's process, as far as it is used here. */
interface Process {
  rawListeners(event: string): ((...given: unknown[]) => void)[];
  on(event: string, listener: (...given: unknown[]) => void): void;
  removeAllListeners(event: string): void;
}

/** Watches for errors that nobody catches, which reach nobody else meanwhile. */
export function watchUncaught(): Watch {
  const traces: Trace[] = [];
  const note = (cause: unknown) => {
    // What comes of leaving.
    if (nameOf(cause) === 'AbortError') return;
    traces.push({
      code: 'UNCAUGHT_ERROR',
      fact: `nobody caught ${messageOf(cause)}`,
      at: placeOf(cause),
      cause,
    });
  };
  const onEvent = (event: Event) => {
    event.preventDefault();
    note(
      (event as PromiseRejectionEvent).reason ?? (event as ErrorEvent).error ?? (event as ErrorEvent).message,
    );
  };
  const types = ['error', 'unhandledrejection'];
  for (const type of types) addEventListener(type, onEvent);
  // In Node the test framework would fail the whole run, and not say in which situation.
  const { process } = globalThis as unknown as { process?: Process };
  const events = process?.rawListeners ? ['unhandledRejection', 'uncaughtException'] : [];
  const others = events.map((event) => [event, process!.rawListeners(event)] as const);
  for (const event of events) {
    process!.removeAllListeners(event);
    process!.on(event, note);
  }
  return {
    stop() {
      for (const type of types) removeEventListener(type, onEvent);
      for (const [event, listeners] of others) {
        process!.removeAllListeners(event);
        for (const listener of listeners) process!.on(event, listener);
      }
      return traces;
    },
  };
}
