import { attachStyles } from '../src/bundling/index.ts';
import { counter, dashboard, expect, test } from './test.ts';

const PLUGINS = 20;
const MOUNTS = 1000;

interface Counts {
  timers: number;
  listeners: number;
  sheets: number;
}

test('a thousand mounts and unmounts leave nothing behind', { tag: '@all' }, async ({ lab, page }) => {
  test.setTimeout(300_000);
  const ids = Array.from({ length: PLUGINS }, (_, index) => `plugin-${index}`);
  const asking = counter(
    `useEffect(() => {
      const timer = setTimeout(() => {}, 60_000);
      props.host.apiFetch('/api/plugins/' + props.pluginId + '/dashboards/main').catch(() => {});
      return () => clearTimeout(timer);
    }, []);`,
  );
  const exported = asking.replace('export default ', '') + '\nexport { Widget as default };\n';
  for (const id of ids)
    await lab.install(id, {
      'Chart.js': attachStyles(exported, `.${id} { color: red; }`),
      'dashboards/main.yaml': dashboard('Chart'),
    });
  for (const id of ids)
    await fetch(new URL(`/api/plugins/${id}/trust-frontend`, lab.url), { method: 'POST' });

  // The page counts timers, and listeners on objects that outlive a panel.
  await page.addInitScript(() => {
    const timers = new Set<unknown>();
    let listeners = 0;
    const { setTimeout: start, clearTimeout: stop, setInterval: startInterval } = window;
    Object.assign(window, {
      setTimeout: (run: () => void, ...rest: [number]) => {
        const timer = start(() => (timers.delete(timer), run()), ...rest);
        timers.add(timer);
        return timer;
      },
      clearTimeout: (timer: number) => (timers.delete(timer), stop(timer)),
      setInterval: (...given: Parameters<typeof startInterval>) => (listeners++, startInterval(...given)),
      counts: () => ({
        timers: timers.size,
        listeners,
        sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
      }),
    });
    for (const target of [window, document, AbortSignal.prototype] as EventTarget[]) {
      const { addEventListener, removeEventListener } = target;
      target.addEventListener = function (this: EventTarget, ...given: Parameters<typeof addEventListener>) {
        listeners++;
        addEventListener.apply(this, given);
      };
      target.removeEventListener = function (
        this: EventTarget,
        ...given: Parameters<typeof removeEventListener>
      ) {
        listeners--;
        removeEventListener.apply(this, given);
      };
    }
  });
  await lab.open(`/plugin/${ids[0]}/main`);
  await expect(lab.panel(`${ids[0]}/Chart`)).toHaveAttribute('data-status', 'ready');

  const visit = (mounts: number) =>
    page.evaluate(
      async ([plugins, total]) => {
        for (let mount = 0; mount < total; mount++) {
          const id = plugins[mount % plugins.length];
          history.pushState(null, '', `/plugin/${id}/main`);
          while (!document.querySelector(`[data-panel="${id}/Chart"][data-status="ready"] button`))
            await new Promise((done) => requestAnimationFrame(done));
        }
        history.pushState(null, '', '/');
        while (document.querySelector('[data-panel]'))
          await new Promise((done) => requestAnimationFrame(done));
      },
      [ids, mounts] as const,
    );
  const session = await page.context().newCDPSession(page);
  const readCounts = () => page.evaluate(() => (window as never as { counts(): Counts }).counts());
  async function count() {
    // Aborted requests of the last panels need a moment to settle.
    await page.waitForLoadState('networkidle');
    // Links in view wait for a quiet network too, and end then.
    await expect.poll(async () => (await readCounts()).timers).toBe(0);
    for (let round = 0; round < 3; round++) await session.send('HeapProfiler.collectGarbage');
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    return { nodes, jsEventListeners, ...(await readCounts()) };
  }

  await visit(2 * PLUGINS);
  const before = await count();
  await visit(MOUNTS);
  const after = await count();
  expect(after.sheets).toBe(before.sheets);
  expect(after.timers).toBe(before.timers);
  expect(after.listeners).toBe(before.listeners);
  // Far below one for each mount. The browser itself changes these numbers slightly.
  expect(Math.abs(after.nodes! - before.nodes!)).toBeLessThan(MOUNTS / 20);
  expect(Math.abs(after.jsEventListeners! - before.jsEventListeners!)).toBeLessThan(MOUNTS / 20);
});
