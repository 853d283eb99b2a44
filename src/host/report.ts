import type { WidgetError } from '../contract/index.ts';
import type { ActivityEntry } from './activity.ts';

/** Where the failures of a host go. */
export interface ReportOptions {
  /** The host's own function, which hears of each failure once (CONTRACT F17). */
  onError: (error: WidgetError) => void;
  onEntry(entry: ActivityEntry): void;
}

/** Reports failures. An error object is reported once, however often it is given. */
export interface Report {
  /** Calls `onError` alone, for a failure that the console and the activity list have already. */
  notify(error: WidgetError): void;
  /** Adds the failure to the activity list, and calls `onError`. */
  record(error: WidgetError): void;
  /** Writes the failure's line to the console, and records it. */
  show(error: WidgetError): void;
}

/** Makes the reports of one host. */
export function createReport({ onError, onEntry }: ReportOptions): Report {
  const recorded = new WeakSet<WidgetError>();
  const shown = new WeakSet<WidgetError>();

  function notify(error: WidgetError) {
    // It may throw or reject, and no failure of the host's function may reach the code that failed.
    void new Promise((resolve) => resolve(onError(error))).catch((thrown: unknown) =>
      console.error('[NousViz] onError of createHost failed:', thrown),
    );
  }

  function record(error: WidgetError) {
    if (recorded.has(error)) return;
    recorded.add(error);
    const { code, pluginId, component, hash, message: text } = error;
    onEntry({ kind: 'failure', code, at: new Date().toISOString(), pluginId, component, hash, text });
    notify(error);
  }

  return {
    notify,
    record,
    show(error) {
      if (!shown.has(error))
        console.error(`[NousViz] ${error.message}`, ...(error.cause === undefined ? [] : [error.cause]));
      shown.add(error);
      record(error);
    },
  };
}
