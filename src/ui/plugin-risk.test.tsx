import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { usePlugins } from '../react/index.ts';
import { HARMLESS, HOSTILE, openPage, plugin, until } from './page.test.kit.tsx';
import { PluginRisk } from './plugin-risk.tsx';
import { TrustReview } from './trust-review.tsx';

function Risks() {
  return usePlugins().plugins.map((one) => (
    <div key={one.id} data-testid={one.id}>
      <PluginRisk plugin={one} />
    </div>
  ));
}

test('names the worst of a plugin that waits, and nothing for a harmless one', async () => {
  const files = {
    ...plugin('bad', HOSTILE),
    ...plugin('good', HARMLESS),
    ...plugin('risky', 'export default () => { const w = window; w[name](); };'),
  };
  const { show } = await openPage({ files });
  await show(<Risks />);
  await until(() => expect(screen.getByTestId('bad').textContent).not.toBe(''));
  expect(screen.getByTestId('bad').textContent).toBe('!!Severe: Reads the session token and 3 more');
  expect(screen.getByTestId('risky').textContent).toBe('!Risky: Hides which names it reads (window[…])');
  expect(screen.getByTestId('good').textContent).toBe('');
});

test('requests what was found in code that runs, once for all lists', async () => {
  const asked: string[] = [];
  const entry = {
    id: 'sales',
    name: 'sales',
    display_name: 'Sales',
    version: '1.0.0',
    frontend: { components: [{ name: 'Chart', path: 'dist/Chart.js' }], trusted: true, needs_consent: false },
  };
  const [component] = entry.frontend.components;
  const withFindings = {
    ...entry,
    frontend: { ...entry.frontend, components: [{ ...component, findings: { reaches: ['eval'] } }] },
  };
  const { show } = await openPage({
    files: {},
    host: {
      fetch: async (input) => {
        const { pathname, search } = new URL((input as Request).url);
        asked.push(pathname + search);
        return Response.json(search === '?with=findings' ? withFindings : { plugins: [entry] });
      },
    },
  });
  await show(
    <>
      <Risks />
      <Risks />
    </>,
  );
  await until(() => expect(screen.getAllByText('Runs code from strings (eval)')).toHaveLength(2));
  expect(asked.filter((url) => url.endsWith('?with=findings'))).toEqual(['/api/plugins/sales?with=findings']);
});

test('the review names the file that is missing, and says what the others reach for, in a sentence and a list', async () => {
  const files = plugin('sales', HOSTILE);
  files['plugins/sales/plugin.yaml'] += '    - name: Gone\n      path: dist/Gone.js\n';
  const { show } = await openPage({ files });
  await show(<TrustReview pluginId="sales" />);
  const review = await screen.findByRole('region', { name: 'Review The sales' });
  await until(() => expect(review.textContent).toContain('the server cannot read it: dist/Gone.js.'));
  expect(review.textContent.match(/reads the session token/gi)).toHaveLength(2);
  expect(review.querySelectorAll('.nvz-ui-severe')).toHaveLength(1);
  expect(review.querySelector('[data-recommended=true]')!.textContent).toContain('A file is missing');
});
