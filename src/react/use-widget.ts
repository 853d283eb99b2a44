import { createElement, useCallback, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Failure, Variant, WidgetError } from '../contract/index.ts';
import {
  createFailure,
  failureFor,
  loadDiagnosis,
  measure,
  spendCrash,
  type HostInternals,
  type Owner,
  type Status,
  type Widget,
} from '../host/index.ts';
import type { Fault } from './watch-root.ts';

/** The state of one panel alone: the widget that it reloaded, or the error of its widget. */
interface PanelState {
  slot: object;
  Widget?: Widget;
  error?: WidgetError;
  notice?: ReactNode;
}

/** A panel's widget and its failures. */
export interface PanelWidget {
  /** The state of the component, which all its panels share. */
  status: Status;
  /** The plugin and the component that the name leads to. */
  owner: Owner;
  /** Absent while the widget loads, and when it cannot be shown. */
  Widget: Widget | undefined;
  /** Fires when the widget loses its trust; absent for a component of the host itself, and for a frame, which follows it itself. */
  signal: AbortSignal | undefined;
  /** The error of the widget in this panel. */
  error: WidgetError | undefined;
  /** Loads the widget again. */
  retry: () => void;
  /** Reports an error that the widget threw; `isRemoved` if it threw while it was removed. */
  onCrash: (cause: unknown, isRemoved?: boolean) => void;
  /** Reports what is wrong with a widget that renders without end. */
  onFault: (fault: Fault) => void;
  /** Measures the first render of the widget, which began at the given time. */
  onRender: (began: number) => void;
  /** Says what is wrong with a widget that still runs. */
  notice: ReactNode;
}

/** The loaded widgets whose first render is measured. */
const rendered = new WeakSet<object>();

/** The status while a server renders, and while React hydrates its HTML. */
const WAITING: Status = { status: 'loading' };

/** Follows a component, and keeps what happens to its widget in one panel (CONTRACT F4, F9). */
export function useWidget(internals: HostInternals, pluginId: string, component: string): PanelWidget {
  const { registry } = internals;
  const status = useSyncExternalStore(
    useCallback(
      (listener) => registry.subscribe(pluginId, component, listener),
      [registry, pluginId, component],
    ),
    () => registry.getStatus(pluginId, component),
    () => WAITING,
  );
  const [state, setState] = useState<PanelState>();
  const ready = status.status === 'ready' ? status : undefined;
  // The state of an earlier widget is over.
  const current = ready && state?.slot === ready.slot ? state : undefined;
  const owner: Owner = ('owner' in status && status.owner) || { pluginId, component };
  /** The widget whose failures this panel reports. */
  const failing = { ...owner, hash: ready?.hash };

  const fail = async (making: Promise<WidgetError>, isRemoved = false) => {
    if (!ready) return;
    const { slot } = ready;
    if (!isRemoved) setState({ slot });
    const error = await making;
    internals.report(error);
    if (isRemoved) return;
    setState({ slot, error });
    const { crashBudget } = internals;
    const count = spendCrash(slot, crashBudget);
    if (!count) return;
    const seconds = crashBudget.within / 1000;
    const variant = error.details.variant as Variant | undefined;
    const details = { ...failing, count, seconds, message: error.fact, cause: error.cause, variant };
    registry.park(slot, await createFailure({ code: 'WIDGET_PARKED', details }));
  };

  const note = async (failure: Failure) => {
    if (!ready) return;
    const { slot } = ready;
    // One of the slot, so that it is reported once, however many panels show the widget.
    const error = await createFailure(failureFor(slot, () => failure));
    internals.report(error);
    const notice = await loadDiagnosis().then(
      ({ Notice }) => createElement(Notice, { error }),
      // The console has the line.
      () => undefined,
    );
    setState((before) =>
      before?.slot === slot ? { ...before, notice } : { slot, Widget: ready.Widget, notice },
    );
  };

  return {
    status,
    owner,
    Widget: current ? current.Widget : ready?.Widget,
    signal: ready?.isSandboxed ? undefined : ready?.signal,
    error: current?.error,
    notice: current?.notice,
    retry() {
      if (!ready) return internals.retry(pluginId, component);
      const { slot } = ready;
      setState({ slot });
      void registry.reload(pluginId, component).then(
        (reloaded) => setState({ slot, Widget: reloaded }),
        (error: WidgetError) => setState({ slot, error }),
      );
    },
    onCrash(cause, isRemoved) {
      // The host's own component has no bundle to look at.
      const making = ready?.signal
        ? internals.explainCrash(failing, cause)
        : createFailure({ code: 'WIDGET_CRASHED', details: { ...failing, cause, variant: 'app' } });
      void fail(making, isRemoved);
    },
    onRender(began) {
      if (!ready || rendered.has(ready.slot)) return;
      rendered.add(ready.slot);
      measure('render', owner, began);
    },
    onFault({ code, ...found }) {
      const failure = { code, details: { ...failing, ...found } } as Failure;
      void (code === 'UPDATES_ITSELF' ? note(failure) : fail(createFailure(failure)));
    },
  };
}
