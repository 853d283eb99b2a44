import { expect, test } from './test.ts';

test('widgets share the host’s React by identity', async ({ demo, page, react }) => {
  await demo.trust('/plugin/react-probe/identity');
  const probe = page.getByTestId('probe').first();
  await expect(probe).toHaveAttribute('data-all-same', 'true');
  await expect(probe).toHaveAttribute('data-react-version', new RegExp(`^${react}\\.`));
  await expect(probe).toHaveAttribute('data-hooks', 'true');
  await expect(probe).toHaveAttribute('data-config-frozen', 'true');
});

test('a trusted plugin’s widgets use state, context, refs and every helper', async ({ demo, page }) => {
  await demo.trust('/plugin/service-desk/overview');
  const queue = demo.panel('service-desk/TicketQueue');
  await expect(queue).toHaveAttribute('data-status', 'ready');
  await expect(queue).toContainText('Payroll export stops at row 5,000');
  await expect(demo.panel('service-desk/AttachmentStorage')).toContainText('nearly full');
  await expect(demo.panel('service-desk/stat').first()).toContainText(/\d/);
  await page.getByRole('link', { name: 'At the desk' }).click();
  const tally = demo.panel('service-desk/Tally');
  await tally.getByRole('button', { name: 'Count' }).click();
  await expect(tally.getByTestId('count')).toHaveText('1');
});

test('the global is frozen and locked', async ({ demo, page }) => {
  await demo.open('/');
  const outcome = await page.evaluate(() => {
    const { NousViz } = window as never as { NousViz: Record<string, Record<string, unknown>> };
    const attempt = (act: () => unknown) => {
      try {
        return act() === false ? 'unchanged' : 'changed';
      } catch {
        return 'unchanged';
      }
    };
    const own = { apiFetch: NousViz.widgets!.apiFetch, createElement: NousViz.React!.createElement };
    return {
      replaced: attempt(() => Reflect.set(window, 'NousViz', {})),
      deleted: attempt(() => Reflect.deleteProperty(window, 'NousViz')),
      redefined: attempt(() => Object.defineProperty(window, 'NousViz', { value: {} })),
      helper: attempt(() => Reflect.set(NousViz.widgets!, 'apiFetch', () => {})),
      react: attempt(() => Reflect.set(NousViz.React!, 'createElement', () => {})),
      same: own.apiFetch === NousViz.widgets!.apiFetch && own.createElement === NousViz.React!.createElement,
    };
  });
  expect(outcome).toEqual({
    replaced: 'unchanged',
    deleted: 'unchanged',
    redefined: 'unchanged',
    helper: 'unchanged',
    react: 'unchanged',
    same: true,
  });
});

test('the shims export the host’s React', async ({ demo, page, react }) => {
  await demo.open('/');
  const names = await page.evaluate(
    async (other) => {
      const [shim, runtime] = await Promise.all(
        ['react.js', 'react-jsx-runtime.js'].map((file) => import(`/api/widget-runtime/${file}`)),
      );
      const { React, ReactJSXRuntime } = (
        window as never as { NousViz: Record<string, Record<string, unknown>> }
      ).NousViz;
      return {
        missing: Object.keys(React!).filter((name) => name !== 'default' && shim[name] !== React![name]),
        jsx: runtime.jsx === ReactJSXRuntime!.jsx && runtime.Fragment === React!.Fragment,
        whole: shim.default === React,
        other: shim[other],
      };
    },
    react === 18 ? 'use' : 'createFactory',
  );
  expect(names).toEqual({ missing: [], jsx: true, whole: true, other: undefined });
});
