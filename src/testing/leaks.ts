import { patch, placeOfCall, replaced, type Trace, type Watch } from './trace.ts';
import { pageOf } from './window.ts';

interface Listener {
  target: EventTarget;
  type: string;
  listener: unknown;
  capture: boolean;
  signal: AbortSignal | undefined;
  trace: Trace;
}

const captureOf = (options: boolean | EventListenerOptions | undefined) =>
  typeof options === 'object' ? Boolean(options.capture) : Boolean(options);

/** Watches listeners on objects that outlive a panel: window, document, html and body. */
export function watchListeners(): Watch {
  const listeners = new Set<Listener>();
  const targets: [name: string, target: EventTarget][] = [
    ['window', pageOf()],
    ['document', document],
    ['document.documentElement', document.documentElement],
    ['document.body', document.body],
  ];
  const find = (target: EventTarget, type: string, listener: unknown, capture: boolean) =>
    [...listeners].find(
      (one) =>
        one.target === target && one.type === type && one.listener === listener && one.capture === capture,
    );
  const restores = targets.map(([name, target]) => {
    const add = target.addEventListener.bind(target);
    const remove = target.removeEventListener.bind(target);
    return patch(target, {
      addEventListener(
        type: string,
        listener: EventListener | null,
        options?: boolean | AddEventListenerOptions,
      ) {
        add(type, listener, options);
        const capture = captureOf(options);
        if (!listener || find(target, type, listener, capture)) return;
        const { once, signal } = typeof options === 'object' ? options : {};
        const trace: Trace = {
          code: 'LISTENER_LEFT',
          fact: `a listener for "${type}" remains on ${name}`,
          at: placeOfCall(),
          end: () => remove(type, listener, capture),
        };
        const entry = { target, type, listener, capture, signal, trace };
        listeners.add(entry);
        if (once) add(type, () => listeners.delete(entry), { once, capture });
      },
      removeEventListener(
        type: string,
        listener: EventListener | null,
        options?: boolean | EventListenerOptions,
      ) {
        remove(type, listener, options);
        const entry = find(target, type, listener, captureOf(options));
        if (entry) listeners.delete(entry);
      },
    });
  });
  return {
    stop() {
      for (const restore of restores) restore();
      return [...listeners].filter(({ signal }) => !signal?.aborted).map(({ trace }) => trace);
    },
  };
}

/** Watches elements that are added to body and head outside the panel. */
export function watchElements(): Watch {
  const places = { 'document.body': document.body, 'document.head': document.head };
  const before = new Set(Object.values(places).flatMap((place) => [...place.children]));
  return {
    stop: () =>
      Object.entries(places).flatMap(([name, place]) =>
        [...place.children]
          .filter((element) => !before.has(element))
          .map((element): Trace => {
            const text = (element.cloneNode() as Element).outerHTML.slice(0, 120);
            return {
              code: 'ELEMENT_LEFT',
              fact: `${text} remains in ${name}`,
              end: () => element.remove(),
            };
          }),
      ),
  };
}

/** Watches properties that are added to window. */
export function watchGlobals(): Watch {
  const names = () => new Set([globalThis, pageOf()].flatMap((one) => Reflect.ownKeys(one)));
  const valueOf = (name: PropertyKey): unknown =>
    Reflect.get(globalThis, name) ?? Reflect.get(pageOf(), name);
  const before = names();
  return {
    stop: () =>
      [...names()]
        .filter((name) => !before.has(name) && !replaced.has(name) && valueOf(name) !== undefined)
        .map((name): Trace => ({ code: 'GLOBAL_LEFT', fact: `window.${String(name)} was added` })),
  };
}
