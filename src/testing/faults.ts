import { messageOf, nameOf } from '../contract/index.ts';
import { patch, placeOf, type Trace, type Watch } from './trace.ts';
import { nodeGlobal } from './window.ts';

/** The first line of a console message, with its placeholders filled in. */
function firstLine([text, ...rest]: unknown[]): string {
  const filled =
    typeof text === 'string'
      ? text.replace(/%[sdifoOc]/g, (placeholder) => {
          const value = rest.shift();
          return placeholder === '%c' ? '' : messageOf(value);
        })
      : messageOf(text);
  return filled.split('\n')[0]!.slice(0, 300);
}

/** Watches the errors that are written to the console, and does not print them. */
export function watchConsole(): Watch {
  const traces: Trace[] = [];
  const restore = patch(console, {
    error(...line: unknown[]) {
      const fact = firstLine(line);
      // A widget's own timers and requests update it outside of act, which is not a mistake.
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

/** Watches uncaught errors, and hides them from all other listeners. */
export function watchUncaught(): Watch {
  const traces: Trace[] = [];
  const record = (cause: unknown) => {
    // Unmounting a widget aborts its requests.
    if (nameOf(cause) === 'AbortError') return;
    traces.push({
      code: 'UNCAUGHT_ERROR',
      fact: `uncaught error: ${messageOf(cause)}`,
      at: placeOf(cause),
      cause,
    });
  };
  const onEvent = (event: Event) => {
    event.preventDefault();
    record(
      (event as PromiseRejectionEvent).reason ?? (event as ErrorEvent).error ?? (event as ErrorEvent).message,
    );
  };
  const types = ['error', 'unhandledrejection'];
  for (const type of types) addEventListener(type, onEvent);
  // In Node the test framework would fail the whole run without the name of the situation.
  const { process } = nodeGlobal();
  const events = process?.rawListeners ? ['unhandledRejection', 'uncaughtException'] : [];
  const others = events.map((event) => [event, process!.rawListeners(event)] as const);
  for (const event of events) {
    process!.removeAllListeners(event);
    process!.on(event, record);
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
