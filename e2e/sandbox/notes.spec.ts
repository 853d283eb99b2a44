import { FRAME_LIMITS, type FrameLimit } from '../../src/bundling/frame-limits.ts';
import { counter, dashboard, expect, revokeTrust, test } from '../test.ts';

interface Fact {
  /** An expression of the widget. Its value, or the name or code of its error, is shown. */
  code: string;
  inFrame: string;
  inPage: string;
}

/** What the notes of `nousviz-widget check` say, without navigation and forms, which `life.spec.ts` and `forms.spec.ts` test. */
const FACTS: Record<Exclude<FrameLimit, 'navigation' | 'forms'>, Fact> = {
  storage: { code: 'typeof localStorage', inFrame: 'SecurityError', inPage: 'object' },
  network: {
    code: `fetch('/api/plugins/sly/items').then(({ status }) => status)`,
    inFrame: 'TypeError',
    inPage: '200',
  },
  routes: {
    code: `props.host.apiFetch('/api/session').then(({ status }) => status)`,
    inFrame: 'ROUTE_REFUSED',
    inPage: '200',
  },
  media: {
    code: `new Promise((done) => Object.assign(new Image(), { src: '/pixel.svg', onload: () => done('image'), onerror: () => done('none') }))`,
    inFrame: 'none',
    inPage: 'image',
  },
  workers: {
    code: `new Promise((done) => {
      const code = 'onconnect = ({ ports }) => ports[0].postMessage(1)';
      new SharedWorker(URL.createObjectURL(new Blob([code]))).port.onmessage = () => done('runs');
    })`,
    inFrame: 'ReferenceError',
    inPage: 'runs',
  },
  code: { code: `new Function('return 1')()`, inFrame: 'EvalError', inPage: '1' },
  frames: {
    code: `new Promise((done) => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective: found }) => found === 'frame-src' && done(found));
      document.body.append(Object.assign(document.createElement('iframe'), { src: '/pixel.svg', onload: () => setTimeout(() => done('loads'), 500) }));
    })`,
    inFrame: 'frame-src',
    inPage: 'loads',
  },
  page: { code: 'typeof parent.document', inFrame: 'SecurityError', inPage: 'object' },
  popups: { code: `String(open('about:blank')?.close())`, inFrame: 'undefined', inPage: 'undefined' },
  dialogs: { code: `String(confirm('Sure?'))`, inFrame: 'false', inPage: 'true' },
  downloads: {
    code: `Object.assign(document.createElement('a'), { href: 'data:text/plain,a', download: 'a.txt' }).click()`,
    inFrame: 'undefined',
    inPage: 'undefined',
  },
  screen: { code: 'document.fullscreenEnabled', inFrame: 'false', inPage: 'true' },
  devices: {
    code: `navigator.clipboard.readText()`,
    inFrame: 'NotAllowedError',
    inPage: 'NotAllowedError',
  },
};

test('the limits that "nousviz-widget check" notes are those of a frame', async ({ lab, page, expected }) => {
  // What the browser writes about each refusal.
  expected.push(/./);
  const attempts = Object.entries(FACTS).map(([limit, { code }]) => `${limit}: async () => (${code})`);
  await lab.install('sly', {
    'Chart.js': counter(`
  const [facts, setFacts] = useState({});
  useEffect(() => {
    for (const [limit, attempt] of Object.entries({ ${attempts.join(',\n')} }))
      attempt().catch((error) => typeof error.code === 'string' ? error.code : error.name)
        .then((fact) => setFacts((known) => ({ ...known, [limit]: String(fact) })));
  }, []);
  window.facts = facts;`),
    'dashboards/main.yaml': dashboard('Chart'),
    'mock/items.json': '{ "GET /items": { "body": [] } }',
  });
  await page.route('**/pixel.svg', (route) =>
    route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }),
  );
  const seen: string[] = [];
  page.on('dialog', (dialog) => {
    seen.push('dialog');
    void dialog.accept();
  });
  page.on('popup', () => seen.push('popup'));
  page.on('download', () => seen.push('download'));
  const factsIn = (button: ReturnType<typeof page.getByRole>) =>
    expect.poll(() => button.evaluate(() => Reflect.get(window, 'facts') as Record<string, string>));
  const wanted = (where: 'inFrame' | 'inPage') =>
    Object.fromEntries(Object.entries(FACTS).map(([limit, fact]) => [limit, fact[where]]));

  expect([...Object.keys(FACTS), 'navigation', 'forms'].toSorted()).toEqual(
    Object.keys(FRAME_LIMITS).toSorted(),
  );
  await lab.sandbox('/plugin/sly/main');
  await factsIn(lab.frame('sly/Chart').getByRole('button')).toEqual(wanted('inFrame'));
  expect(seen, 'in a frame').toEqual([]);

  await page.getByRole('link', { name: 'Settings' }).click();
  await revokeTrust(page);
  await lab.trust('/plugin/sly/main');
  await factsIn(lab.panel('sly/Chart').getByRole('button')).toEqual(wanted('inPage'));
  await expect.poll(() => seen.toSorted(), 'in the page').toEqual(['dialog', 'download', 'popup']);
});
