import { POWERS, type Power } from '../../src/sandbox/powers.ts';
import { dashboard, expect, test } from '../test.ts';

/** What a widget tries, by the power that its frame refuses. The widget throws the error that the browser makes. */
const THROWING: Partial<Record<Power, string>> = {
  storage: 'localStorage.length',
  network: `fetch('https://other.test/items')`,
  routes: `props.host.apiFetch('/api/session')`,
  workers: 'new SharedWorker("data:text/javascript,")',
  code: `new Function('return 1')()`,
  page: 'parent.document.title',
  navigation: 'top.location.replace("https://other.test/")',
  screen: 'document.body.requestFullscreen()',
  devices: 'navigator.clipboard.readText()',
};

/** What is no error: the widget goes on, and a line below it says what it lacks. */
const SILENT: Partial<Record<Power, string>> = {
  media: `await new Promise((done) => Object.assign(new Image(), { src: 'https://other.test/a.png', onerror: done }))`,
  frames: `document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://other.test/' }))`,
  popups: `open('about:blank')`,
  dialogs: `alert('Hello')`,
};

const widget = (attempt: string) => `
import { useEffect, useState } from '/api/widget-runtime/react.js';
export default function Widget(props) {
  const [thrown, setThrown] = useState();
  useEffect(() => void (async () => { ${attempt.startsWith('await') ? '' : 'await '}${attempt}; })().catch((error) => setThrown({ error })), []);
  if (thrown) throw thrown.error;
  return 'Works';
}`;

const nameOf = (power: string) => power[0]!.toUpperCase() + power.slice(1);

test(
  'a failure says what the sandbox does not allow',
  { tag: '@react-19' },
  async ({ lab, page, expected }) => {
    // What the browser writes about each refusal, and the page about each failure.
    expected.push(/./);
    const rows = Object.entries({ ...THROWING, ...SILENT });
    await lab.install('sly', {
      ...Object.fromEntries(rows.map(([power, attempt]) => [`${nameOf(power)}.js`, widget(attempt)])),
      'dashboards/main.yaml': dashboard(...rows.map(([power]) => nameOf(power))),
    });
    await page.setViewportSize({ width: 1280, height: 6000 });
    await lab.sandbox('/plugin/sly/main');
    const says = (power: string) =>
      `The widget tried to ${POWERS[power as Power]}, which the sandbox does not allow`;
    for (const power of Object.keys(THROWING)) {
      const card = lab.panel(`sly/${nameOf(power)}`).getByRole('alert');
      await expect(card, power).toHaveAttribute('data-code', 'POWER_REFUSED');
      await expect(card, power).toContainText(says(power));
    }
    for (const power of Object.keys(SILENT)) {
      const panel = lab.panel(`sly/${nameOf(power)}`);
      await expect(panel.getByRole('note'), power).toContainText(says(power));
      await expect(panel.frameLocator('iframe').getByText('Works')).toBeVisible();
    }
    const card = lab.panel('sly/Storage').getByRole('alert');
    await expect(card).toContainText('trust the plugin');
    await card.getByRole('button', { name: 'Explain' }).click();
    await expect(card.getByText('✗ crashes')).toContainText(says('storage'));
  },
);
