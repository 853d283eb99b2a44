// @vitest-environment jsdom
import { memo, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { afterEach, expect, test, vi } from 'vitest';
import desk from '../../fixtures/plugins/service-desk/mock/desk.json' with { type: 'json' };
import tickets from '../../fixtures/plugins/service-desk/mock/tickets.json' with { type: 'json' };
import type { CustomWidgetProps, Widget } from '../host/index.ts';
import {
  checkWidget,
  delay,
  fromMock,
  inspectWidget,
  never,
  offline,
  reply,
  type Answer,
  type CheckWidgetOptions,
  type Situation,
} from './index.ts';

type Module = Promise<{ default: Widget }>;
const fixture = (plugin: string, name: string) =>
  import(`../../fixtures/plugins/${plugin}/widget/${name}.tsx`) as Module;

const api = { ...fromMock(desk), ...fromMock(tickets) };
const SITUATIONS: Situation[] = [
  'answers',
  'strict mode',
  'mounted again',
  'HTTP 401',
  'HTTP 500',
  'offline',
  'slow',
  'empty',
  'null',
  'no config',
  'config changes',
];

/** Formats the findings as lines, `CODE fact: situations`. */
async function find(widget: Widget | Module, options: Partial<CheckWidgetOptions> = {}) {
  const findings = await inspectWidget(widget, { pluginId: 'demo', ...options });
  return findings.map(({ code, fact, situations }) => {
    const where = situations.length === SITUATIONS.length ? 'everywhere' : situations.join(', ');
    return `${code} ${fact}: ${where}`;
  });
}
/** Formats the findings in one situation. */
const findIn = (situation: Situation, widget: Widget | Module, options: Partial<CheckWidgetOptions> = {}) =>
  find(widget, { skip: SITUATIONS.filter((other) => other !== situation), ...options });

const desks: [string, string[]][] = [
  ['ReplyBox', []],
  ['Tally', []],
  ['TicketQueue', ["WIDGET_CRASHED it throws Cannot read properties of null (reading 'map'): null"]],
  ['AttachmentStorage', ["WIDGET_CRASHED it throws Cannot read properties of null (reading 'teams'): null"]],
];

test.each(desks)('finds only real problems in the service desk’s %s', async (name, findings) => {
  const options = { pluginId: 'service-desk', api, configs: [{ limit: 1 }, { title: 'Other' }] };
  expect(await find(fixture('service-desk', name), options)).toEqual(findings);
});

test('finds only the global that the React probe adds to window', async () => {
  const lines = await find(fixture('react-probe', 'Probe'));
  expect(lines).toEqual(['GLOBAL_LEFT window.__probe was added: answers']);
  Reflect.deleteProperty(globalThis, '__probe');
});

test('finds nothing wrong with a widget that cleans up after itself', async () => {
  function Tidy({ pluginId, host }: CustomWidgetProps) {
    const [items, setItems] = useState<unknown[]>([]);
    const frame = useRef(0);
    useEffect(() => {
      const controller = new AbortController();
      const { signal } = controller;
      const timers = [setInterval(() => {}, 1000), setTimeout(() => {}, 1000)];
      const brief = setTimeout(() => {}, 90);
      frame.current = requestAnimationFrame(() => {});
      const listen = () => {};
      addEventListener('resize', listen);
      document.addEventListener('keydown', listen, true);
      document.addEventListener('click', listen, { signal });
      document.body.addEventListener('tidy', listen, { once: true });
      document.body.dispatchEvent(new Event('tidy'));
      const style = document.head.appendChild(document.createElement('style'));
      host!
        .apiFetch(`/api/plugins/${pluginId}/items`, { signal })
        .then((response) => (response.ok ? response.json() : []))
        .then(
          (body: unknown[] | null) => setItems(body ?? []),
          () => {},
        );
      return () => {
        controller.abort();
        for (const timer of timers) clearTimeout(timer);
        void brief;
        cancelAnimationFrame(frame.current);
        removeEventListener('resize', listen);
        document.removeEventListener('keydown', listen, { capture: true });
        style.remove();
      };
    }, [pluginId, host]);
    return createPortal(items.length, document.body);
  }
  const options = { pluginId: 'demo', api: { '/items': delay(5000, [1]) }, configs: [{ a: 1 }] };
  await expect(checkWidget(memo(Tidy), options)).resolves.toBeUndefined();
});

/** Creates a widget that runs an effect when it is mounted. */
const doing =
  (effect: (props: CustomWidgetProps) => void): Widget =>
  (props) => {
    // oxlint-disable-next-line react/exhaustive-deps -- once for each mount
    useEffect(() => effect(props), []);
    return null;
  };

const leaks: [string, Widget, string][] = [
  [
    'an interval',
    doing(() => void setInterval(() => {}, 60_000)),
    'TIMER_LEFT setInterval of 60000 ms is still active after the widget was unmounted: everywhere',
  ],
  [
    'a timeout',
    doing(() => void setTimeout(() => {}, 60_000)),
    'TIMER_LEFT setTimeout of 60000 ms is still active after the widget was unmounted: everywhere',
  ],
  [
    'a listener on window',
    doing(() => window.addEventListener('resize', () => {})),
    'LISTENER_LEFT a listener for "resize" remains on window: everywhere',
  ],
  [
    'a listener on document, removed for the wrong phase',
    doing(() => {
      const listen = () => {};
      document.addEventListener('keydown', listen, true);
      document.removeEventListener('keydown', listen);
    }),
    'LISTENER_LEFT a listener for "keydown" remains on document: everywhere',
  ],
  [
    'an element',
    doing(() => void document.body.append(Object.assign(document.createElement('div'), { id: 'tip' }))),
    'ELEMENT_LEFT <div id="tip"></div> remains in document.body: everywhere',
  ],
  [
    'an error in the console',
    doing(() => console.error('%s is %d', 'this', 1, 'wrong')),
    'CONSOLE_ERROR this is 1: everywhere',
  ],
  [
    'a rejected promise',
    doing(() => void Promise.reject(new Error('lost'))),
    'UNCAUGHT_ERROR uncaught error: lost: everywhere',
  ],
  [
    'an error in a timer',
    doing(
      () =>
        void setTimeout(() => {
          throw new Error('later');
        }),
    ),
    'UNCAUGHT_ERROR uncaught error: later: everywhere',
  ],
];

test.each(leaks)('finds %s', async (_, widget, line) => {
  expect(await find(widget)).toEqual([line]);
});

test('finds an animation that continues, and stops it', async () => {
  let drawn = 0;
  const Animation = doing(() => {
    const draw = () => {
      drawn += 1;
      requestAnimationFrame(draw);
    };
    draw();
  });
  expect(await findIn('answers', Animation)).toEqual([
    'TIMER_LEFT requestAnimationFrame is still active after the widget was unmounted: answers',
  ]);
  const before = drawn;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(drawn).toBe(before);
});

test('finds a global once, in the situation that adds it', async () => {
  const Owner = doing(() => void Object.assign(window, { leftover: 1 }));
  expect(await find(Owner)).toEqual(['GLOBAL_LEFT window.leftover was added: answers']);
  Reflect.deleteProperty(globalThis, 'leftover');
});

test('finds a leak that only the second mount adds, with its position', async () => {
  const [finding] = await inspectWidget(
    () => {
      const timer = useRef<ReturnType<typeof setInterval>>(undefined);
      useEffect(() => {
        timer.current ??= setInterval(() => {}, 60_000);
        const extra = setInterval(() => {}, 90_000);
        void extra;
        return () => clearInterval(timer.current);
      }, []);
      return null;
    },
    { pluginId: 'demo', skip: ['answers'] },
  );
  expect(finding).toMatchObject({
    code: 'TIMER_LEFT',
    fact: expect.stringContaining('90000') as string,
    at: expect.stringMatching(/^src\/testing\/check\.test\.tsx:\d+:\d+$/) as string,
    remedy: 'Clear it in the cleanup of the effect that starts it.',
  });
});

test('reports a crash once, without the console errors about it', async () => {
  const Crash = () => {
    console.error('on the way');
    throw new Error('boom');
  };
  expect(await find(Crash)).toEqual(['WIDGET_CRASHED it throws boom: everywhere']);
});

test('names what the test environment lacks', async () => {
  const Busy = () => <p>{new Worker('data:,').onerror?.name}</p>;
  const [finding] = await inspectWidget(Busy, { pluginId: 'demo' });
  expect(finding).toMatchObject({ remedy: expect.stringContaining('If browsers have Worker,') as string });
});

test('ignores a listener that only the first mount adds', async () => {
  let first = true;
  const Library = doing(() => {
    if (first) addEventListener('focus', () => {});
    first = false;
  });
  expect(await find(Library)).toEqual([]);
});

test('finds a request that continues, and the effect of its late answer', async () => {
  const url = '/api/plugins/demo/items';
  const Late: Widget = () => {
    const place = useRef<HTMLParagraphElement>(null);
    useEffect(() => {
      const widgets = Reflect.get(globalThis, 'NousViz').widgets as { apiFetch: typeof fetch };
      const show = async () => {
        await widgets.apiFetch(url);
        place.current!.focus();
      };
      void show().catch((error: Error) => {
        if (!/fetch/.test(error.message)) throw error;
      });
    }, []);
    return <p ref={place} />;
  };
  expect(await find(Late, { api: { '/items': [] } })).toEqual([
    'REQUEST_LEFT GET /items is still pending after the widget was unmounted: slow',
    "UNCAUGHT_ERROR uncaught error: Cannot read properties of null (reading 'focus'): slow",
  ]);
  expect(await findIn('answers', Late, { api: { '/items': never() } })).toEqual([
    'REQUEST_LEFT GET /items is still pending after the widget was unmounted: answers',
  ]);
});

/** Renders the names in an answer without checking it. */
const Trusting = ({ pluginId, host, config }: CustomWidgetProps) => {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    const show = async () => {
      const response = await host!.apiFetch(`/api/plugins/${pluginId}/items`);
      const { items } = (await response.json()) as { items: { name: string }[] };
      setNames([items[0]!.name, ...items.map(({ name }) => name)]);
    };
    show().catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }, [pluginId, host]);
  return <p title={(config.title as string).trim()}>{names}</p>;
};

test('finds the cases that a widget does not handle, by situation', async () => {
  const options = { api: { '/items': { items: [{ name: 'a' }] } }, config: { title: 'T' } };
  const uncaught = (what: string) =>
    expect.stringContaining(`UNCAUGHT_ERROR uncaught error: ${what}`) as string;
  const found: Partial<Record<Situation, string[]>> = {};
  for (const situation of SITUATIONS) found[situation] = await findIn(situation, Trusting, options);
  const items = uncaught("Cannot read properties of undefined (reading '0')");
  const title = "WIDGET_CRASHED it throws Cannot read properties of undefined (reading 'trim')";
  expect(found).toEqual({
    answers: [],
    'strict mode': [],
    'mounted again': [],
    'HTTP 401': [items],
    'HTTP 500': [items],
    offline: [uncaught('Failed to fetch')],
    slow: [],
    empty: [uncaught("Cannot read properties of undefined (reading 'name')")],
    null: [uncaught("Cannot destructure property 'items'")],
    'no config': [`${title}: no config`],
    'config changes': [`${title}: config changes`],
  });
});

test('empties every kind of answer', async () => {
  const seen = new Set<string>();
  const Reader = doing(async ({ host }) => {
    for (const path of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const response = await host!.apiFetch(`/api/plugins/demo/${path}`).catch(() => undefined);
      seen.add(`${path} ${response?.status} ${await response?.text()}`);
    }
  });
  const given: Record<string, Answer> = {
    '/a': () => [{ n: 1 }],
    '/b': reply(201, { page: 1, rows: [1], by: { day: [1] } }),
    '/c': Response.json({ rows: [1] }),
    '/d': new Response('text'),
    '/e': offline(),
    '/f': delay(1000, 'a'),
  };
  await findIn('empty', Reader, { api: given });
  expect([...seen]).toEqual([
    'a 200 []',
    'b 201 {"page":1,"rows":[],"by":{"day":[]}}',
    'c 200 {"rows":[]}',
    'd 200 text',
    'e undefined undefined',
    'f 200 "a"',
  ]);
});

test('changes to every config, to none and back without remounting the widget', async () => {
  const seen: unknown[] = [];
  const Reader: Widget = ({ config }) => {
    useEffect(() => void seen.push(config), [config]);
    return null;
  };
  await findIn('config changes', Reader, { config: { n: 1 }, configs: [{ n: 2 }, { n: 3 }] });
  expect(seen).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, {}, { n: 1 }]);
});

test('leaves out the config that a schema refuses anyway, and reports others that it refuses', async () => {
  const Titled: Widget = ({ config }) => <p>{(config as { title: string }).title.trim()}</p>;
  const schema = { type: 'object', required: ['title'], properties: { title: { type: 'string' } } };
  const good = { schema, config: { title: 'T' } };
  expect(await find(Titled, { ...good, configs: [{ title: 'U' }] })).toEqual([]);
  expect(await find(Titled, { ...good, configs: [{ title: 5 }] })).toEqual([
    expect.stringMatching(/^CONFIG_INVALID .*config\.title is 5.*: config changes$/),
  ]);
  expect(await findIn('answers', Titled, { schema })).toEqual([
    expect.stringMatching(/^CONFIG_INVALID .*config\.title is missing/),
  ]);
});

test('reports a request that api does not answer, without its consequences', async () => {
  const Asker = doing(({ host }) => void host!.apiFetch('/api/plugins/demo/items'));
  const [line, ...others] = await find(Asker, { skip: ['offline'] });
  expect(line).toMatch(
    /^UNANSWERED_ROUTE The widget of demo requested GET \/items,.*: answers, strict mode, mounted again, slow, empty, no config/,
  );
  expect(others).toEqual([]);
});

test('skips situations and ignores findings', async () => {
  const Noisy = doing(() => {
    console.error('noise');
    setInterval(() => {}, 60_000);
  });
  const skip = ['TIMER_LEFT', ...SITUATIONS.slice(1)] as const;
  expect(await find(Noisy, { skip })).toEqual(['CONSOLE_ERROR noise: answers']);
});

test('throws all findings in one message', async () => {
  let logged = false;
  const Noisy = doing(() => {
    if (!logged) console.error('noise');
    logged = true;
    setInterval(() => {}, 60_000);
  });
  const skip = SITUATIONS.slice(2);
  const thrown = await checkWidget(Noisy, { pluginId: 'demo', skip }).catch((error: Error) => error);
  expect(thrown).toMatchObject({ code: 'WIDGET_PROBLEMS', findings: { length: 2 } });
  expect((thrown as Error).message.replaceAll(/\d+:\d+/g, 'L:C')).toBe(
    `The widget of demo has 2 problems. [WIDGET_PROBLEMS]
  TIMER_LEFT: setInterval of 60000 ms is still active after the widget was unmounted, at src/testing/check.test.tsx:L:C
    in every situation. Clear it in the cleanup of the effect that starts it.
  CONSOLE_ERROR: noise
    in answers. Fix the error in the message.`,
  );
});

test('restores the page', async () => {
  const state = () => ({
    setTimeout,
    clearInterval,
    requestAnimationFrame,
    fetch,
    addEventListener: document.addEventListener,
    own: Object.getOwnPropertyNames(document),
    error: console.error,
    body: document.body.innerHTML,
    rejections: process.rawListeners('unhandledRejection'),
    exceptions: process.rawListeners('uncaughtException'),
  });
  const mine = () => {};
  process.on('unhandledRejection', mine).once('uncaughtException', mine);
  const before = state();
  expect(before).toMatchObject({ rejections: expect.arrayContaining([mine]) as unknown });
  await inspectWidget(() => null, { pluginId: 'demo' });
  expect(state()).toEqual(before);
  await expect(inspectWidget(() => null, { pluginId: 'Demo' })).rejects.toThrow('PLUGIN_ID_INVALID');
  expect(state()).toEqual(before);
  process.off('unhandledRejection', mine).off('uncaughtException', mine);
});

afterEach(() => void vi.useRealTimers());

test('rejects fake timers', async () => {
  vi.useFakeTimers();
  await expect(checkWidget(() => null, { pluginId: 'demo' })).rejects.toMatchObject({ code: 'TIMERS_FAKED' });
});
