import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { request as sendRequest } from 'node:http';
import { join } from 'node:path';
import { expect } from '../test.ts';
import {
  callPlugins,
  lootOf,
  expectCard,
  untilListed,
  untilTried,
  useNeighbour,
  type Arena,
} from './arena.ts';

/** An attack, which succeeds on the undefended host and fails on the library's. */
export interface Attack {
  /** The folder of its plugins: `thief` attacks, `owner` is honest, `untrusted` never had a consent. */
  name: string;
  /** A sentence on the attack. */
  does: string;
  /** A sentence on why it fails. */
  fails: string;
  /** Its loot on the undefended host. */
  gains: string[];
  /** The plugins that the operator trusts. @default `owner` and `thief` */
  trusts?: string[];
  /** The plugin whose dashboard is opened; `null` for none. @default `owner` if it is installed, else `thief` */
  opens?: string | null;
  /** Writes files that cannot be committed. */
  prepare?(arena: Arena): Promise<unknown>;
  /** Acts after the plugins are trusted. @default opens the dashboard */
  drive?(arena: Arena): Promise<unknown>;
  /** Returns its loot. @default the entries that its code wrote into the page's `loot` */
  loot?(arena: Arena): string[] | Promise<string[]>;
  /** Waits, on the library's host, until the attack has visibly failed. @default waits for the page's `tried` */
  expectFailure?(arena: Arena): Promise<unknown>;
  /** Expected console errors on the library's host. */
  noise?: RegExp;
}

const PAYLOAD = `(globalThis.loot ??= []).push('ran');\nexport default () => 'version two';\n`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const putPayload = ({ plugins }: Arena, file: string) => writeFile(join(plugins, 'thief', file), PAYLOAD);

/** `the page` if an error has unmounted the host's own root. */
const deadPage = async ({ page, errors }: Arena) =>
  errors.length > 0 && (await page.evaluate(() => !document.querySelector('#root')?.childElementCount))
    ? ['the page']
    : [];

const refusedManifest = ({ page }: Arena) =>
  expect(page.getByRole('alert').filter({ hasText: 'This plugin could not be read' })).toBeVisible();

const refused = (panel: string) => (arena: Arena) =>
  expect(arena.panel(panel)).toHaveAttribute('data-status', 'refused');

/** Expects the error card of a broken widget and a working neighbour. */
const broken = (code: string) => async (arena: Arena) => {
  await expectCard(arena, 'thief/Breaker', code);
  await useNeighbour(arena);
};

const textIn =
  (panel: string, text: string, loot: string) =>
  async (arena: Arena): Promise<string[]> =>
    (await arena.panel(panel).allInnerTexts()).some((shown) => shown.includes(text)) ? [loot] : [];

/** Inserts HTML into the host's page before the browser receives it. */
const inPage = (html: string) => async (arena: Arena) => {
  await arena.page.route('**/plugin/**', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/<(head|body)>/, `<$1>${html}`);
    await route.fulfill({ response, body });
  });
  await arena.open('owner');
};

/** Opens a page of another origin. */
const fromElsewhere = (html: (target: string) => string) => async (arena: Arena) => {
  arena.elsewhere.pages.set('/page', html(`${arena.url}api/plugins/thief/trust-frontend`));
  await arena.page.goto(new URL('page', arena.elsewhere.url).href);
};

const trustLoot = async ({ request }: Arena) => {
  const { plugins } = (await (await request('/api/plugins')).json()) as {
    plugins: { id: string; frontend: { trusted: boolean } }[];
  };
  return plugins.filter(({ frontend }) => frontend.trusted).map(({ id }) => id);
};

const answered = (path: string, status: number) => (arena: Arena) =>
  expect
    .poll(() =>
      arena.responses.flatMap((response) => (response.url().includes(path) ? [response.status()] : [])),
    )
    .toContain(status);

const tokensElsewhere = ({ elsewhere }: Arena) =>
  elsewhere.received.flatMap(({ path, headers }) => ('x-session-token' in headers ? [path] : [])).toSorted();

const names: Attack[] = [
  {
    name: 'prototype-name',
    does: 'A dashboard names the component `toString`, which every plain object has.',
    fails: 'The registry looks names up in maps, which have no inherited members.',
    gains: ['rendered'],
    loot: textIn('thief/toString', '[object Undefined]', 'rendered'),
    expectFailure: (arena) => expectCard(arena, 'thief/toString', 'UNKNOWN_COMPONENT'),
    noise: /UNKNOWN_COMPONENT/,
  },
  {
    name: 'same-name',
    does: 'A plugin declares a component with the same name as another plugin’s.',
    fails: 'On a dashboard, the components of its own plugin come first.',
    gains: ['shown'],
    loot: textIn('owner/Chart', 'the thief’s', 'shown'),
    expectFailure: (arena) => expect(arena.panel('owner/Chart')).toContainText('the owner’s chart'),
  },
  {
    name: 'built-in-name',
    does: 'A plugin declares a component with the same name as one of the host’s own.',
    fails: 'On other plugins’ dashboards the host’s own components come before a plugin’s.',
    gains: ['shown'],
    async drive(arena) {
      await arena.open('owner');
      if (!arena.isDefended) return;
      await arena.page.waitForFunction(() => 'demoHost' in window);
      await arena.page.evaluate(() => {
        const { demoHost } = window as never as {
          demoHost: { register(name: string, value: unknown): void };
        };
        demoHost.register('Clock', () => 'the host’s clock');
      });
    },
    loot: textIn('owner/Clock', 'the thief’s', 'shown'),
    expectFailure: (arena) => expect(arena.panel('owner/Clock')).toContainText('the host’s clock'),
  },
  {
    name: 'wrong-owner',
    does: 'A dashboard shows another plugin’s component, so that it acts under the dashboard’s plugin id.',
    fails: 'A component receives the id of the plugin that owns it, on every dashboard.',
    gains: ['spoke for thief'],
    opens: 'thief',
  },
  {
    name: 'config-component',
    does: 'A panel names one component, and its config names another.',
    fails: 'A component in the config counts only where the panel itself names none.',
    gains: ['erased'],
    opens: 'thief',
  },
  {
    name: 'prototype-config',
    does: 'A dashboard’s config has the key `__proto__`, which could add a member to every object of the page.',
    fails: 'The host copies a config key by key, and `__proto__` stays an ordinary key.',
    gains: ['polluted'],
    opens: 'thief',
  },
  {
    name: 'mutated-config',
    does: 'A widget writes into its config.',
    fails: 'A config is a frozen copy.',
    gains: ['list', 'title'],
  },
  {
    name: 'markup-label',
    does: 'An untrusted plugin’s name and a panel’s label are HTML with a script in it.',
    fails: 'The host renders them as text.',
    gains: ['label', 'name'],
    expectFailure: (arena) => expect(arena.panel('thief/Chart').getByText('<img src=x')).toBeVisible(),
    noise: /UNKNOWN_COMPONENT/,
  },
  {
    name: 'panel-flood',
    does: 'A dashboard has 5,000 panels.',
    fails: 'A dashboard may have 1,000 panels.',
    gains: ['flooded'],
    async prepare({ plugins }) {
      const dashboards = join(plugins, 'thief/dashboards');
      await mkdir(dashboards);
      await writeFile(
        join(dashboards, 'main.yaml'),
        `panels:\n${'  - { type: custom, component: Nothing }\n'.repeat(5000)}`,
      );
    },
    loot: async ({ page }) => ((await page.locator('[data-panel]').count()) > 1000 ? ['flooded'] : []),
    expectFailure: ({ page }) => expect(page.locator('[data-code=DASHBOARD_INVALID]')).toBeVisible(),
    noise: /DASHBOARD_INVALID/,
  },
  {
    name: 'yaml-bomb',
    does: 'A manifest of 400 bytes becomes megabytes once its aliases are followed.',
    fails: 'The size of the expanded document is checked before it is built.',
    gains: ['a list of megabytes'],
    opens: null,
    loot: async ({ request }) =>
      (await (await request('/api/plugins/thief')).text()).length +
        (await (await request('/api/plugins')).text()).length >
      1e6
        ? ['a list of megabytes']
        : [],
    expectFailure: async ({ request }) =>
      expect(await (await request('/api/plugins')).text()).toContain('too large with its aliases'),
  },
];

const session: Attack[] = [
  {
    name: 'token-elsewhere',
    does: 'A widget calls the host’s `apiFetch` with another origin, spelled `http://other`, `//other` or `\\\\other`.',
    fails: 'The token goes only to URLs that resolve to the host’s own origin or API.',
    gains: ['/absolute', '/backslash', '/relative'],
    loot: tokensElsewhere,
    async expectFailure(arena) {
      await untilTried(arena);
      expect(arena.elsewhere.received).toHaveLength(3);
    },
  },
  {
    name: 'token-redirected',
    does: 'A plugin’s own route redirects the host’s `apiFetch` to another origin.',
    fails: 'No request with the token follows a redirect.',
    gains: ['/redirected'],
    loot: tokensElsewhere,
  },
  {
    name: 'moved-base',
    does: 'A widget adds a `<base>` of another origin to the page, so that relative requests of other widgets go there.',
    fails: 'The host’s own origin is read from the page’s address, not from `<base>`.',
    gains: ['/api/session'],
    async drive(arena) {
      await arena.open('owner');
      await untilTried(arena);
      await arena.panel('owner/Chart').getByRole('button').click();
    },
    loot: tokensElsewhere,
    expectFailure: ({ elsewhere, requests }) =>
      expect
        .poll(
          () =>
            elsewhere.received.length + requests.filter((sent) => sent.url().endsWith('/api/session')).length,
        )
        .toBeGreaterThan(0),
  },
  {
    name: 'dropped-headers',
    does: 'A widget passes its headers to `apiFetch` as `Headers`, as pairs or in a `Request`.',
    fails: '`apiFetch` reads every form of a request in the same way as `fetch`.',
    gains: ['headers', 'pairs', 'request'],
    loot: ({ requests }) =>
      requests
        .flatMap((sent) => {
          const form = new URL(sent.url()).searchParams.get('form');
          return form && sent.headers()['x-mine'] !== '1' ? [form] : [];
        })
        .toSorted(),
  },
  {
    name: 'logout',
    does: 'A plugin’s own route answers 401.',
    fails: 'The caller gets the answer, and the session stays.',
    gains: ['signed out'],
    loot: ({ page }) =>
      page.evaluate(() =>
        'tried' in window && localStorage.getItem('nousviz_auth_token') === null ? ['signed out'] : [],
      ),
    noise: /401/,
  },
];

const globals: Attack[] = [
  ...[
    {
      name: 'replaced-helper',
      does: 'A widget replaces `NousViz.widgets.apiFetch`, to read the requests of other widgets.',
      gains: ['heard'],
    },
    {
      name: 'replaced-react',
      does: 'A widget replaces `NousViz.React.createElement`, to read what other widgets render.',
      gains: ['seen'],
    },
  ].map((row) => ({
    ...row,
    fails: 'The objects in the global are frozen.',
    async drive(arena: Arena) {
      await arena.open('owner');
      await untilTried(arena);
      await useNeighbour(arena);
    },
  })),
  {
    name: 'replaced-global',
    does: 'A widget assigns, redefines or deletes `window.NousViz`.',
    fails: 'The property is neither writable nor configurable.',
    gains: ['assigned', 'defined', 'deleted'],
  },
  {
    name: 'clobbered-name',
    does: 'The page has an element with `id="NousViz"` before the host publishes.',
    fails: 'Only an own property of the window counts as published.',
    gains: ['the page'],
    drive: inPage('<form id="NousViz"></form>'),
    loot: deadPage,
    expectFailure: (arena) => expect(arena.panel('owner/Chart')).toContainText('the owner’s chart'),
  },
];

const trust: Attack[] = [
  {
    name: 'self-trust',
    does: 'A plugin’s files say that it is trusted.',
    fails: 'Trust comes only from the operator’s store.',
    gains: ['ran'],
    trusts: [],
    expectFailure: refused('thief/Payload'),
  },
  {
    name: 'constructor-id',
    does: 'A plugin has the id `constructor`, which a lookup in a plain object would find.',
    fails: 'Grants are in a map.',
    gains: ['ran'],
    trusts: [],
    opens: 'constructor',
    expectFailure: refused('constructor/Payload'),
  },
  {
    name: 'odd-ids',
    does: 'Plugins have ids such as `..`, `__proto__` or `sales/../admin`, or an id that differs from another only by a capital, a line break or a Cyrillic letter.',
    fails: 'An id consists of a to z, 0 to 9, ".", "_" and "-", and starts with a letter or digit.',
    gains: ['..', 'Sales', '__proto__', 'sales\n', 'sales/../admin', 'sаles'],
    opens: null,
    async loot({ request }) {
      const { plugins } = (await (await request('/api/plugins')).json()) as { plugins: { id: string }[] };
      return plugins.map(({ id }) => id).toSorted();
    },
    async expectFailure({ request }) {
      expect(((await (await request('/api/plugins')).json()) as { refused: unknown[] }).refused).toHaveLength(
        6,
      );
    },
  },
  {
    name: 'claimed-id',
    does: 'An untrusted plugin has the id of a trusted one.',
    fails:
      'An id belongs to the folder with that name. If only other folders claim it, and more than one does, none gets it.',
    gains: ['ran'],
    trusts: ['owner'],
    expectFailure: (arena) => expect(arena.panel('owner/Chart')).toContainText('the owner’s chart'),
  },
  {
    name: 'imported-untrusted',
    does: 'A trusted widget imports the bundle of an untrusted plugin.',
    fails: 'The server serves no bundle of an untrusted plugin to anyone.',
    gains: ['ran'],
    noise: /403/,
  },
  {
    name: 'parent-path',
    does: 'A path in a manifest leaves the plugin’s folder with `..`.',
    fails: 'The manifest is refused.',
    gains: ['ran'],
    expectFailure: refusedManifest,
  },
  {
    name: 'backslash-path',
    does: 'A path in a manifest has backslashes, which browsers turn into another plugin’s URL.',
    fails: 'The manifest is refused.',
    gains: ['ran'],
    expectFailure: refusedManifest,
  },
  {
    name: 'data-path',
    does: 'A path in a manifest is a `data:` URL that contains the code.',
    fails: 'The manifest is refused.',
    gains: ['ran'],
    expectFailure: refusedManifest,
  },
  {
    name: 'linked-bundle',
    does: 'A plugin’s bundle is a symbolic link to a file in another folder.',
    fails: 'The server resolves links before it checks that a file is inside the folder.',
    gains: ['ran'],
    prepare: ({ plugins }) => symlink('../untrusted/Payload.js', join(plugins, 'thief/Chart.js')),
    expectFailure: (arena) => expectCard(arena, 'thief/Chart', 'BUNDLE_MISSING'),
    noise: /404|BUNDLE_MISSING/,
  },
  {
    name: 'linked-dashboard',
    does: 'A plugin’s dashboard is a symbolic link to a file of the server.',
    fails: 'The server resolves links before it checks that a file is inside the folder.',
    gains: ['secrets'],
    opens: null,
    async prepare({ plugins }) {
      await mkdir(join(plugins, 'thief/dashboards'));
      await symlink('../../private.yaml', join(plugins, 'thief/dashboards/main.yaml'));
    },
    loot: async ({ request }) =>
      (await (await request('/api/plugins/thief/dashboards/main')).text()).includes('secrets')
        ? ['secrets']
        : [],
    expectFailure: async ({ request }) =>
      expect((await request('/api/plugins/thief/dashboards/main')).status).toBe(404),
  },
  {
    name: 'encoded-slash',
    does: 'A request leaves a plugin’s folder with `%2F`.',
    fails: 'A file name with a slash is refused in every spelling.',
    gains: ['bundle', 'dashboard'],
    opens: null,
    async loot({ request }) {
      const [bundle, dashboard] = await Promise.all(
        encodedSlashes.map(async (path) => (await request(path)).text()),
      );
      return [bundle!.includes('loot') && 'bundle', dashboard!.includes('secrets') && 'dashboard'].filter(
        (part) => part !== false,
      );
    },
    async expectFailure({ request }) {
      for (const path of encodedSlashes) expect((await request(path)).status).toBe(400);
    },
  },
  {
    name: 'same-base-name',
    does: 'Two components of a plugin have the same file name in two folders, and so the same URL.',
    fails: 'The manifest is refused.',
    gains: ['confused'],
    loot: textIn('thief/Two', 'the first', 'confused'),
    expectFailure: refusedManifest,
  },
  ...[
    {
      name: 'foreign-fetch',
      does: 'A page of another origin makes the operator’s browser send the consent with `fetch`.',
      expectFailure: answered('trust-frontend', 403),
      html: (target: string) => `<script>fetch('${target}', { method: 'POST', mode: 'no-cors' })</script>`,
    },
    {
      name: 'foreign-form',
      does: 'A page of another origin makes the operator’s browser send the consent as a form.',
      expectFailure: (arena: Arena) => expect(arena.page.getByText('Consent is not accepted')).toBeVisible(),
      html: (target: string) =>
        `<form method="post" action="${target}"></form><script>document.forms[0].submit()</script>`,
    },
    {
      name: 'foreign-frame',
      does: 'A page sends the consent from a sandboxed frame, whose origin is `null`.',
      expectFailure: (arena: Arena) =>
        expect(arena.page.frameLocator('iframe').getByText('Consent is not accepted')).toBeVisible(),
      html: (target: string) =>
        `<iframe sandbox="allow-scripts allow-forms" srcdoc="<form method='post' action='${target}'></form><script>document.forms[0].submit()</script>"></iframe>`,
    },
  ].map(({ html, expectFailure, ...row }) => ({
    ...row,
    fails:
      'The server accepts consent only from the host’s own pages; it checks `Origin` and `Sec-Fetch-Site`.',
    gains: ['thief'],
    trusts: [],
    drive: fromElsewhere(html),
    loot: trustLoot,
    expectFailure,
    // The 404 is the missing icon of the answer's page.
    noise: /403|404/,
  })),
  {
    name: 'framed-host',
    does: 'A page of another origin shows the host in a frame and lures the operator into a click on Trust.',
    fails: 'The demo host forbids frames of other origins. Your app has to send that header itself.',
    gains: ['thief'],
    trusts: [],
    async drive(arena) {
      const { href } = new URL('/plugin/thief/main', arena.url);
      arena.elsewhere.pages.set('/page', `<iframe src="${href}" width="1000" height="700"></iframe>`);
      await arena.page.goto(new URL('page', arena.elsewhere.url).href);
      const button = arena.page.frameLocator('iframe').getByRole('button', { name: 'Trust this plugin' });
      if (!arena.isDefended) await button.click();
    },
    loot: trustLoot,
    async expectFailure({ page }) {
      await expect.poll(() => page.frames()[1]?.url()).toContain('chrome-error:');
    },
    noise: /frame-ancestors|Refused to frame|X-Frame-Options/i,
  },
  {
    name: 'rebound-host',
    does: 'The attacker’s host name resolves to the server, so that `Origin` and `Host` agree.',
    fails: 'The server accepts consent only under its own host names.',
    gains: ['thief'],
    trusts: [],
    opens: null,
    drive: postRebound,
    loot: trustLoot,
    expectFailure: async (arena) => expect(await postRebound(arena)).toBe(403),
  },
  {
    name: 'told-by-tab',
    does: 'A widget announces to other tabs, on their own channel, that a plugin is trusted.',
    fails: 'A tab that receives the message asks the server.',
    gains: ['ran'],
    trusts: ['owner'],
    async drive(arena) {
      await arena.open('thief');
      await expect(arena.panel('thief/Payload')).toBeAttached();
      const tab = await arena.page.context().newPage();
      await tab.goto(new URL('/plugin/owner/main', arena.url).href);
      await expect(tab.getByText('said')).toBeVisible();
    },
    async expectFailure(arena) {
      const lists = () => arena.requests.filter((sent) => sent.url().endsWith('/api/plugins')).length;
      await expect.poll(lists).toBeGreaterThan(1);
      await refused('thief/Payload')(arena);
    },
  },
  {
    name: 'revoked-returns',
    does: 'A plugin stays registered after its trust is revoked and the list is read again.',
    fails: 'The registry contains only what the latest list admits.',
    gains: ['still shown'],
    async drive(arena) {
      await arena.open('thief');
      await untilTried(arena);
      await callPlugins(arena, 'revoke', 'thief');
      await callPlugins(arena, 'refresh');
    },
    loot: textIn('thief/Chart', 'still here', 'still shown'),
    expectFailure: refused('thief/Chart'),
  },
  {
    name: 'kept-worker',
    does: 'A widget registers a bundle as a service worker, which the browser would start again after trust is revoked.',
    fails: 'The server refuses to serve a bundle as a service worker.',
    gains: ['installed'],
    noise: /403|service worker/i,
  },
  ...['kept-handle', 'kept-helper'].map((name) => ({
    name,
    does:
      name === 'kept-handle'
        ? 'A widget uses its `host` handle after its trust is revoked.'
        : 'A widget sends requests through `NousViz.widgets` after its trust is revoked.',
    fails: 'Both throw `TRUST_REVOKED` after that, unless the code hides its origin.',
    gains: ['present'],
    async drive(arena: Arena) {
      await arena.open('thief');
      await untilTried(arena);
      await callPlugins(arena, 'revoke', 'thief');
      await arena.page.evaluate(async () => {
        const { keep } = window as never as { keep(): Promise<Response> };
        const answer = async () => ({
          loot: [((await (await keep()).json()) as { session: string }).session],
        });
        Object.assign(window, await answer().catch((error: unknown) => ({ refusal: String(error) })));
      });
    },
    expectFailure: async ({ page }: Arena) =>
      expect(await page.evaluate(() => Reflect.get(window, 'refusal'))).toContain('TRUST_REVOKED'),
  })),
];

const encodedSlashes = [
  '/api/plugins/owner/widget/..%2Funtrusted%2FPayload.js',
  '/api/plugins/owner/dashboards/..%2F..%2Fprivate',
];

/** Posts the consent like a browser that reached the server under another host name. @returns the status */
function postRebound({ url }: Arena): Promise<number | undefined> {
  const { port } = new URL(url);
  const headers = {
    Host: `evil.test:${port}`,
    Origin: `http://evil.test:${port}`,
    'Sec-Fetch-Site': 'same-origin',
  };
  return new Promise((done, fail) => {
    const sent = sendRequest(new URL('/api/plugins/thief/trust-frontend', url), { method: 'POST', headers });
    sent
      .on('response', (response) => done(response.resume().statusCode))
      .on('error', fail)
      .end();
  });
}

const BUNDLE = '/api/plugins/thief/widget/Chart.js';
const served = async (response: Response, status = 200) => (response.status === status ? ['served'] : []);

const bytes: Attack[] = [
  {
    name: 'changed-bytes',
    does: 'A trusted plugin’s bundle is replaced.',
    fails: 'Consent is bound to bytes: the trusted bytes run until the operator accepts others.',
    gains: ['ran'],
    async drive(arena) {
      await arena.open('thief');
      await untilTried(arena);
      await putPayload(arena, 'Chart.js');
      await arena.page.reload();
    },
    expectFailure: (arena) => expect(arena.panel('thief/Chart')).toContainText('version one'),
  },
  {
    name: 'changed-import',
    does: 'A trusted bundle imports another bundle of its plugin, and that one is replaced.',
    fails: 'A bundle’s URL without a version also leads to the trusted bytes.',
    gains: ['ran'],
    async drive(arena) {
      await arena.open('thief');
      await untilTried(arena);
      await putPayload(arena, 'Extra.js');
      await arena.page.reload();
    },
    expectFailure: async (arena) => {
      await untilTried(arena);
      await expect(arena.panel('thief/Chart')).toContainText('version one');
    },
  },
  {
    name: 'prototype-file',
    does: 'The replaced bundle is called `__proto__.js`, a key that plain objects lose.',
    fails: 'Hashes are looked up by own keys only.',
    gains: ['ran'],
    async drive(arena) {
      await arena.open('thief');
      await untilTried(arena);
      await putPayload(arena, '__proto__.js');
      await arena.page.reload();
    },
    expectFailure: (arena) => expect(arena.panel('thief/Chart')).toContainText('version one'),
  },
  {
    name: 'late-bundle',
    does: 'A plugin is trusted before its bundle exists, and the bundle is added afterwards.',
    fails: 'A consent covers only the files that existed.',
    gains: ['ran'],
    async drive(arena) {
      await putPayload(arena, 'Chart.js');
      await arena.open('thief');
    },
    expectFailure: refused('thief/Chart'),
  },
  {
    name: 'added-component',
    does: 'An update of a trusted plugin declares one more component.',
    fails: 'A consent covers only the files that it names.',
    gains: ['ran'],
    async drive(arena) {
      const components = '[{ name: Chart, path: Chart.js }, { name: Payload, path: Payload.js }]';
      await writeFile(
        join(arena.plugins, 'thief/plugin.yaml'),
        `id: thief\nfrontend: { components: ${components} }\n`,
      );
      await arena.open('thief');
    },
    async expectFailure(arena) {
      await untilTried(arena);
      await refused('thief/Payload')(arena);
    },
  },
  {
    name: 'swapped-bytes',
    does: 'The bundle is replaced after the operator reviewed it and before the consent.',
    fails: 'The consent names the hashes that the operator saw.',
    gains: ['ran'],
    trusts: [],
    async drive(arena) {
      await arena.open('thief');
      await expect(arena.panel('thief/Chart')).toBeAttached();
      // The operator has reviewed the whole list, which is loaded after the dashboard's part of it.
      await untilListed(arena);
      await putPayload(arena, 'Chart.js');
      const refusal = await callPlugins(arena, 'trust', 'thief');
      if (arena.isDefended) expect(refusal).toContain('409');
    },
    expectFailure: refused('thief/Chart'),
    noise: /409/,
  },
  {
    name: 'unconsented-version',
    does: 'A request has the version of a bundle without a consent.',
    fails: 'The server serves only versions with a consent.',
    gains: ['served'],
    opens: null,
    drive: (arena) => putPayload(arena, 'Chart.js'),
    loot: async ({ request }) => served(await request(`${BUNDLE}?v=${sha256(PAYLOAD)}`)),
    expectFailure: async ({ request }) =>
      expect((await request(`${BUNDLE}?v=${sha256(PAYLOAD)}`)).status).toBe(409),
  },
  {
    name: 'revoked-version',
    does: 'Trust is revoked and then granted to other bytes, and a request has the earlier version.',
    fails: 'Revoking ends the consent to every version.',
    gains: ['served'],
    opens: null,
    async drive(arena) {
      const first = sha256(await (await arena.request(BUNDLE)).text());
      await arena.request('/api/plugins/thief/revoke-frontend-trust', { method: 'POST' });
      await putPayload(arena, 'Chart.js');
      await arena.trust('thief');
      versions.set(arena, first);
    },
    loot: async (arena) => served(await arena.request(`${BUNDLE}?v=${versions.get(arena)}`)),
    expectFailure: async (arena) =>
      expect((await arena.request(`${BUNDLE}?v=${versions.get(arena)}`)).status).toBe(409),
  },
  {
    name: 'conditional-request',
    does: 'After trust is revoked, a cache asks whether its copy of the bundle is still valid.',
    fails: 'The server checks trust before the ETag: the answer is 403, not 304.',
    gains: ['served'],
    opens: null,
    async drive(arena) {
      const tag = (await arena.request(BUNDLE)).headers.get('etag')!;
      await arena.request('/api/plugins/thief/revoke-frontend-trust', { method: 'POST' });
      versions.set(arena, tag);
    },
    loot: async (arena) => served(await requestAgain(arena), 304),
    expectFailure: async (arena) => expect((await requestAgain(arena)).status).toBe(403),
  },
];

/** The version or ETag that an attacker has recorded. */
const versions = new WeakMap<Arena, string>();

const requestAgain = (arena: Arena) =>
  arena.request(BUNDLE, { headers: { 'If-None-Match': versions.get(arena)! }, cache: 'no-store' });

const crashes = (name: string, does: string, code = 'WIDGET_CRASHED'): Attack => ({
  name,
  does,
  fails: 'Each widget has a React root of its own, and the error ends there.',
  gains: ['the page'],
  loot: deadPage,
  expectFailure: broken(code),
  noise: new RegExp(`${code}|down with|not for you|Press|Proxy|Failed to load`),
});

const silent = (name: string, does: string): Attack => ({
  name,
  does,
  fails: 'After ten seconds the panel shows a card.',
  gains: ['silence'],
  loot: ({ page }) =>
    page.evaluate(() => ('tried' in window && !document.querySelector('[role=alert]') ? ['silence'] : [])),
  expectFailure: broken('LOAD_TIMEOUT'),
  noise: /LOAD_TIMEOUT/,
});

const failures: Attack[] = [
  crashes('crash', 'A widget throws while it renders.'),
  {
    ...crashes(
      'crash-on-leaving',
      'A widget throws in the cleanup of an effect when the operator leaves the page.',
    ),
    async drive(arena) {
      await arena.open('owner');
      await untilTried(arena);
      const name = arena.isDefended ? 'Settings' : 'Leave';
      await arena.page
        .getByRole(arena.isDefended ? 'link' : 'button', { name })
        .first()
        .click();
    },
    expectFailure: ({ page }) => expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings'),
  },
  crashes('hostile-error', 'A widget throws a value that throws whenever it is read.'),
  crashes('hostile-import-error', 'A bundle throws such a value while it is evaluated.', 'BUNDLE_THREW'),
  crashes(
    'forged-error',
    'A widget throws an error that imitates the runtime’s own and asks the operator to press Trust.',
  ),
  crashes('hostile-default', 'A bundle’s default export throws whenever it is read.', 'BUNDLE_THREW'),
  {
    ...crashes('memo-default', 'A bundle exports `memo(…)`, which is not a function.'),
    fails: 'Everything that React can render counts as a component.',
    expectFailure: async (arena) => {
      await expect(arena.panel('thief/Breaker')).toContainText('a component');
      await useNeighbour(arena);
    },
  },
  silent('endless-import', 'A bundle awaits a promise that never settles while it is evaluated.'),
  silent('then-export', 'A bundle exports a function `then`, so that its import never settles.'),
  {
    name: 'endless-effect',
    does: 'An effect sets state each time it runs.',
    fails: 'The host empties a root that commits a thousand times within a second.',
    gains: ['never ends'],
    async loot({ page }) {
      const renders = () => page.evaluate(() => Number(Reflect.get(window, 'renders')));
      const before = await renders();
      await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
      const after = await renders();
      return after > before && after > 2000 ? ['never ends'] : [];
    },
    expectFailure: broken('RENDER_LOOP'),
    noise: /RENDER_LOOP/,
  },
  {
    name: 'uncaught',
    does: 'A widget throws in an event handler and leaves a rejected promise unhandled.',
    fails: '`host.activity` lists both, each with its plugin.',
    gains: ['rejected', 'thrown in a handler'],
    async drive(arena) {
      await arena.open('owner');
      await arena.page.getByRole('button', { name: 'Throw' }).click();
      await arena.page.getByRole('button', { name: 'Reject' }).click();
    },
    loot: async ({ page, errors }) => {
      const owned = await page.evaluate(() => {
        const { demoHost } = window as never as {
          demoHost: { activity?: { getSnapshot(): { kind: string; pluginId: string; text: string }[] } };
        };
        const entries = demoHost.activity?.getSnapshot() ?? [];
        return entries
          .filter(({ kind, pluginId }) => kind === 'error' && pluginId === 'thief')
          .map(({ text }) => text);
      });
      return errors.filter((error) => !owned.some((text) => text.includes(error))).toSorted();
    },
    async expectFailure(arena) {
      await expect.poll(() => arena.errors).toHaveLength(2);
      await useNeighbour(arena);
    },
    noise: /thrown in a handler|rejected/,
  },
  {
    ...crashes('crash-loop', 'A widget crashes every time it loads.', 'WIDGET_PARKED'),
    fails: 'After three crashes within a minute the widget is parked until the operator releases it.',
    async expectFailure(arena) {
      for (let round = 0; round < 2; round += 1) {
        await expectCard(arena, 'thief/Breaker', 'WIDGET_CRASHED');
        await arena.panel('thief/Breaker').getByRole('button', { name: 'Retry' }).click();
      }
      await broken('WIDGET_PARKED')(arena);
    },
    noise: /again|WIDGET_CRASHED|WIDGET_PARKED/,
  },
  {
    name: 'wrecked-page',
    does: 'A widget empties the page every time it loads.',
    fails: 'With `?disable-plugins` in the address no code of a plugin runs, and its trust can be revoked.',
    gains: ['wrecked'],
    drive: (arena) => arena.page.goto(new URL('/plugin/owner/main?disable-plugins', arena.url).href),
    expectFailure: (arena) => expectCard(arena, 'thief/Breaker', 'PLUGINS_DISABLED'),
  },
  {
    name: 'busy-server',
    does: 'The server is overloaded for a moment and refuses a bundle.',
    fails: 'The host checks a failed import and imports it again under another URL.',
    gains: ['the page'],
    async drive(arena) {
      let count = 0;
      await arena.page.route('**/widget/Breaker.js*', (route) => {
        count += 1;
        return count > 1 ? route.continue() : route.fulfill({ status: 503, body: 'busy' });
      });
      await arena.open('owner');
    },
    loot: deadPage,
    expectFailure: (arena) => expect(arena.panel('thief/Breaker')).toContainText('the thief’s'),
    noise: /503/,
  },
  {
    name: 'page-for-bundle',
    does: 'The server answers the request for a bundle with the app’s own page.',
    fails: 'The host checks a failed import, and the card names the answer.',
    gains: ['the page'],
    async drive(arena) {
      await arena.page.route('**/widget/Breaker.js*', (route) =>
        route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }),
      );
      await arena.open('owner');
    },
    loot: deadPage,
    expectFailure: broken('NOT_JAVASCRIPT'),
    noise: /Failed to load module|NOT_JAVASCRIPT|integrity/,
  },
  {
    name: 'early-shim',
    does: 'A script imports a shim before the host is published.',
    fails: 'The page’s import map leads widgets to the shim’s versioned URL, which is evaluated later.',
    gains: ['the page'],
    drive: inPage(
      ['react.js', 'react-jsx-runtime.js']
        .map((file) => `<script type="module" src="/api/widget-runtime/${file}"></script>`)
        .join(''),
    ),
    loot: deadPage,
    expectFailure: (arena) => expect(arena.panel('thief/Breaker')).toHaveAttribute('data-status', 'ready'),
    noise: /HOST_NOT_PUBLISHED/,
  },
];

/** All attacks. Each has a folder with its name in `plugins/`. */
export const attacks: readonly Attack[] = [...names, ...session, ...globals, ...trust, ...bytes, ...failures];

/** Prepares and runs an attack. */
export async function carryOut(attack: Attack, arena: Arena, installed: string[]) {
  const { trusts = ['owner', 'thief'], prepare, drive } = attack;
  const { opens = installed.includes('owner') ? 'owner' : 'thief' } = attack;
  await prepare?.(arena);
  for (const id of trusts) await arena.trust(id);
  if (drive) await drive(arena);
  else if (opens !== null) await arena.open(opens);
}

/** Returns the loot of an attack. */
export const lootIn = (attack: Attack, arena: Arena) => (attack.loot ?? lootOf)(arena);

/** Waits, on the library's host, until an attack has failed. */
export const untilFailed = (attack: Attack, arena: Arena): Promise<unknown> =>
  (attack.expectFailure ?? untilTried)(arena);
