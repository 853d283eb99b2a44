import { Hono } from 'hono';
import {
  API_BASE,
  BUNDLE_NAME,
  bundlePath,
  componentsPath,
  DASHBOARD_NAME,
  dashboardPath,
  isWidgetError,
  pluginPath,
  PLUGINS,
  revokePath,
  shimPath,
  SHIMS,
  trustPath,
} from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { createShimReader, IMMUTABLE, javascript, json, jsonText, refuse } from './answers.ts';
import { consentedOf, covers, createBundles } from './bundles.ts';
import { differencesOf, readConsent } from './consent-body.ts';
import { LOOPBACK, refusalOf } from './consent-origin.ts';
import { isSha256 } from './trust/grant.ts';
import { createPluginList } from './list.ts';
import { createPluginsReader, innerFile, type DeclaredPlugin, type RefusedPlugin } from './plugins-folder.ts';
import type { TrustStore } from './trust/store.ts';

export { createImportMap, importMapTag } from './import-map.ts';
export type { ImportMap, ImportMapOptions } from './import-map.ts';
export { createHints } from './hints.ts';
export type { Hints, HintsOptions } from './hints.ts';
export { readPlugins } from './plugins-folder.ts';
export type { InstalledDashboard, InstalledPlugin, PluginsFolder, RefusedPlugin } from './plugins-folder.ts';
export type { BundleBytes, ComponentEntry, FrontendBlock } from './bundles.ts';
export type { ListAnswer, PartAnswer, PluginEntry } from './list.ts';
export type { Findings } from '../bundle/findings.ts';
export { fileTrustStore } from './trust/file-store.ts';
export { postgresTrustStore, type PostgresClient, type PostgresPool } from './trust/postgres-store.ts';
export type { Grant, TrustStore } from './trust/store.ts';

/** What {@link createHandler} needs to know. */
export interface HandlerOptions {
  /** The folder whose subfolders hold a `plugin.yaml` or `plugin.yml` each; plugins may come and go while the server runs. */
  plugins: string;
  /** Where consents are kept, see {@link fileTrustStore}. */
  trust: TrustStore;
  /**
   * Where the host API lives, `/nous/api` for instance.
   * @default "/api"
   */
  base?: string;
  /**
   * The `Host` names, without port, under which consent is accepted: those that this server is known by.
   * @default ["localhost", "127.0.0.1", "[::1]"]
   */
  hosts?: readonly string[];
  /**
   * Who gives or takes trust; `null` is answered with 401.
   * @default everyone is "operator"
   */
  operator?: (request: Request) => string | null | Promise<string | null>;
  /**
   * Answers what is not of the contract, a plugin's own routes for instance.
   * @default a 404 with `{detail}`
   */
  notFound?: (request: Request) => Response | Promise<Response>;
}

/** A dashboard as the list's query names it: `sales/overview` (see `listPartPath`). */
const PART = /^([^/]+)\/([^/]+)$/;

function notInstalled(id: string, refused: readonly RefusedPlugin[]): Response {
  const found = refused.find((plugin) => plugin.id === id);
  return refuse(404, found ? `Plugin refused. ${found.detail}` : `No plugin ${quote(id)} is installed.`);
}

/**
 * The host API as one function from request to response: shims, plugins, trust, bundles, dashboards (CONTRACT S1, P1–P5, P7).
 *
 * @example
 * const handler = createHandler({ plugins: 'plugins', trust: fileTrustStore('data/trust.jsonl') });
 * serve({ fetch: handler, hostname: '127.0.0.1', port: 4173 }); // of @hono/node-server
 */
export function createHandler(options: HandlerOptions): (request: Request) => Promise<Response> {
  const { trust, base = API_BASE, hosts = LOOPBACK, operator = () => 'operator' } = options;
  const { notFound = ({ url }) => refuse(404, `Nothing is at ${new URL(url).pathname}.`) } = options;
  const folder = createPluginsReader(options.plugins);
  const bundles = createBundles(trust);
  const list = createPluginList(folder, bundles);
  const readShim = createShimReader();
  const { grantOf } = bundles;
  const app = new Hono().basePath(base);

  type Answer = (request: Request, id: string, name: string) => Response | Promise<Response>;
  function route(method: 'GET' | 'POST', path: string, answer: Answer) {
    // The parameters' colons come back encoded from the one place that spells the URLs.
    const pattern = decodeURIComponent(path);
    app.all(pattern, (c) => {
      // Hono takes the body from the answer to HEAD.
      if (c.req.method.replace(/^HEAD$/, 'GET') !== method) {
        const allow = method === 'GET' ? 'GET, HEAD' : method;
        return refuse(405, `${c.req.method} is not possible here, only ${allow}.`, { Allow: allow });
      }
      return answer(c.req.raw, c.req.param('id') ?? '', c.req.param('name') ?? '');
    });
  }

  /** A route about one plugin that is installed. */
  const ofPlugin =
    (answer: (plugin: DeclaredPlugin, name: string, request: Request) => Promise<Response>): Answer =>
    async (request, id, name) => {
      const { plugin, refused } = await folder.find(id);
      return plugin ? answer(plugin, name, request) : notInstalled(id, refused);
    };

  /** A route that changes trust: only for an operator, and only from the host's own pages. */
  const ofOperator =
    (answer: (id: string, who: string, request: Request) => Promise<Response>): Answer =>
    async (request, id) => {
      const refusal = refusalOf(request, hosts);
      if (refusal !== undefined) return refuse(403, refusal);
      const who = await operator(request);
      return who === null ? refuse(401, 'Sign in as an operator to change trust.') : answer(id, who, request);
    };

  for (const shim of SHIMS)
    route('GET', shimPath(shim), async (request) => {
      const { bytes, sha256 } = await readShim(shim);
      const isVersioned = new URL(request.url).searchParams.get('v') === sha256;
      return javascript(request, bytes, sha256, isVersioned ? IMMUTABLE : 'public, max-age=3600');
    });

  route('GET', PLUGINS, async (request) => {
    const [, id, name] = PART.exec(new URL(request.url).searchParams.get('dashboard') ?? '') ?? [];
    const part = id && name ? await list.part(id, name) : undefined;
    return json(part?.answer ?? (await list.whole()));
  });

  route(
    'GET',
    pluginPath(':id'),
    // The entry comes last: what a manifest says about its own trust counts for nothing.
    ofPlugin(async (plugin) =>
      json({ ...plugin.document, ...(await list.entryOf(plugin, await grantOf(plugin))) }),
    ),
  );

  route(
    'GET',
    componentsPath(':id'),
    ofPlugin(async (plugin) => json(await bundles.blockOf(plugin, await grantOf(plugin)))),
  );

  route(
    'POST',
    trustPath(':id'),
    ofOperator(async (id, who, request) => {
      const { plugin, refused } = await folder.find(id);
      if (!plugin) return notInstalled(id, refused);
      if (plugin.components.length === 0)
        return refuse(400, `plugin.yaml of ${quote(id)} declares no frontend components: nothing to trust.`);
      const body = await readConsent(request);
      if (body.refusal) return refuse(body.refusal.status, body.refusal.detail);
      // Read once: what is compared is what is consented to.
      const { bundles: found, problems } = await bundles.onDisk(plugin);
      if (problems.length > 0) return refuse(409, problems.join(' '));
      const differences = body.seen ? differencesOf(body.seen, found) : [];
      const advice = 'Look at the plugin’s page again, then decide.';
      if (differences.length > 0)
        return refuse(409, `Not what you saw any more: ${differences.join(', ')}. ${advice}`);
      await trust.consent(id, who, found);
      const { components } = await bundles.blockOf(plugin, await grantOf(plugin));
      return json({ plugin_id: id, trusted: true, components });
    }),
  );

  route(
    'POST',
    revokePath(':id'),
    ofOperator(async (id, who) => {
      // A plugin that is gone, or refused for now, can still be trusted, and would be again on its return.
      if (!(await bundles.grants()).has(id)) {
        const { plugin, refused } = await folder.find(id);
        if (!plugin) return notInstalled(id, refused);
      }
      await trust.revoke(id, who);
      return json({ plugin_id: id, trusted: false });
    }),
  );

  const bundle = ofPlugin(async (plugin, filename, request) => {
    // Such a worker would outlive the page, and trust.
    if (request.headers.get('service-worker') === 'script')
      return refuse(403, 'A bundle is no service worker: its code runs in the page, or not at all.');
    const grant = await grantOf(plugin);
    if (!grant)
      return refuse(403, `${plugin.id} awaits consent. Press “Trust this plugin” on the plugin’s page.`);
    const component = plugin.components.find((declared) => declared.filename === filename);
    if (!component) return refuse(404, `plugin.yaml of ${plugin.id} declares no component in ${filename}.`);
    const version = new URL(request.url).searchParams.get('v');
    if (version !== null && !isSha256(version))
      return refuse(400, `v=${quote(version)} is no SHA-256, which has 64 lower-case hex digits.`);
    if (version !== null && !covers(grant, filename, version))
      return refuse(
        409,
        `Nobody consented to these bytes of ${component.path}. Load the list of plugins again.`,
      );
    const hash = version ?? consentedOf(grant, filename);
    const read = version === null ? bundles.bytesOf : bundles.keptBytesOf;
    const bytes = hash === undefined ? undefined : await read(plugin, component, hash);
    if (bytes) return javascript(request, bytes, hash!, version === null ? 'no-cache' : IMMUTABLE);
    const decide = 'Look at the change on the plugin’s page, and accept it there.';
    if (version !== null)
      return refuse(409, `The bytes of ${component.path} that were consented to are gone. ${decide}`);
    // Something is there, but nothing that anybody consented to, or no more.
    if ((await innerFile(plugin.folder, component.path)) !== undefined)
      return refuse(403, `${component.path} is not what was consented to. ${decide}`);
    const advice = 'Build the widget and update the plugin; links may not leave its folder.';
    return refuse(404, `${component.path} is not a file in the folder of ${plugin.id}. ${advice}`);
  });
  const bundleRule = 'letters, digits, ".", "_" and "-", then ".js"';
  route('GET', bundlePath(':id', ':name'), (request, id, name) =>
    BUNDLE_NAME.test(name)
      ? bundle(request, id, name)
      : refuse(400, `${quote(name)} cannot be a bundle’s file name: ${bundleRule}.`),
  );

  const dashboard = ofPlugin(async (plugin, name) => {
    const declared = await folder.dashboards.find(plugin, name);
    if (!declared) return refuse(404, `${plugin.id} has no dashboard ${quote(name)}.`);
    const document = await folder.dashboards.read(plugin, declared);
    if (document) return jsonText(document.json);
    const advice = 'Add it and update the plugin; links may not leave its folder.';
    return refuse(404, `${declared.path} is not a file in the folder of ${plugin.id}. ${advice}`);
  });
  const dashboardRule = 'letters, digits, ".", "_" and "-", and no "." at the beginning';
  route('GET', dashboardPath(':id', ':name'), (request, id, name) =>
    DASHBOARD_NAME.test(name)
      ? dashboard(request, id, name)
      : refuse(400, `${quote(name)} cannot be a dashboard’s name: ${dashboardRule}.`),
  );

  app.notFound((c) => notFound(c.req.raw));
  app.onError((thrown) => {
    throw thrown;
  });
  return async (request) => {
    try {
      return await app.fetch(request);
    } catch (thrown) {
      if (isWidgetError(thrown)) return refuse(422, thrown.message);
      console.error(thrown);
      return refuse(500, 'The host API failed. The reason is in the server’s log.');
    }
  };
}
