import { Hono } from 'hono';
import {
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
  type PluginEntry,
  type RefusedPlugin,
} from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { IMMUTABLE, javascript, json, jsonString, refuse, refuseStore } from './answers.ts';
import { answerBundle } from './bundle-answer.ts';
import { answerConsent } from './consent-answer.ts';
import { refuseOrigin } from './consent-origin.ts';
import { createJsonAnswers } from './json-answer.ts';
import type { ServerOptions } from './server-options.ts';
import type { PageTagsOptions } from './page-tags.ts';
import type { DeclaredPlugin } from './plugins-folder.ts';
import { TrustStoreError } from './trust/store-error.ts';

/** The value of the list's query parameter `dashboard`, `sales/overview` (see `listPartPath`). */
const DASHBOARD_QUERY = /^([^/]+)\/([^/]+)$/;

function notInstalled(id: string, refused: readonly RefusedPlugin[]): Response {
  const found = refused.find((plugin) => plugin.id === id);
  return refuse(404, found ? `Plugin refused. ${found.detail}` : `No plugin ${quote(id)} is installed.`);
}

/** The parts and options of the server that the routes need. */
interface RoutesOptions extends PageTagsOptions, Required<Pick<ServerOptions, 'hosts' | 'operator'>> {
  notFound: ServerOptions['notFound'];
}

/** Answers a route's requests; `id` and `name` are its parameters. */
type Answer = (request: Request, id: string, name: string) => Response | Promise<Response>;

/** Makes the function that answers requests to the host API. */
export function createRoutes(options: RoutesOptions): (request: Request) => Promise<Response> {
  const { base, hosts, operator, folder, bundles, list, readShim } = options;
  const { notFound = ({ url }) => refuse(404, `There is no route ${new URL(url).pathname}.`) } = options;
  const answerJson = createJsonAnswers();
  const app = new Hono().basePath(base);

  function route(method: 'GET' | 'POST', path: string, answer: Answer) {
    // The functions that make the paths encode the colons of parameters.
    const pattern = decodeURIComponent(path);
    app.all(pattern, (c) => {
      // Hono removes the body from the answer to HEAD.
      if (c.req.method.replace(/^HEAD$/, 'GET') !== method) {
        const allow = method === 'GET' ? 'GET, HEAD' : method;
        return refuse(405, `${c.req.method} is not possible here, only ${allow}.`, { Allow: allow });
      }
      return answer(c.req.raw, c.req.param('id') ?? '', c.req.param('name') ?? '');
    });
  }

  /** Makes a route about one installed plugin. */
  const ofPlugin =
    (answer: (plugin: DeclaredPlugin, name: string, request: Request) => Promise<Response>): Answer =>
    async (request, id, name) => {
      const { plugin, refused } = await folder.find(id);
      return plugin ? answer(plugin, name, request) : notInstalled(id, refused);
    };

  /** Makes a route that answers with an object of one installed plugin's entry. */
  const ofEntry =
    (select: (details: PluginEntry) => object): Answer =>
    async (request, id) => {
      const { details, refused } = await list.readOne(id);
      return details ? answerJson(request, select(details)) : notInstalled(id, refused);
    };

  /** Makes a route that changes trust, only for an operator and only from the host's own pages. */
  const ofOperator =
    (answer: (id: string, who: string, request: Request) => Promise<Response>): Answer =>
    async (request, id) => {
      const refusal = refuseOrigin(request, hosts);
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
    const [, id, name] = DASHBOARD_QUERY.exec(new URL(request.url).searchParams.get('dashboard') ?? '') ?? [];
    const part = id && name ? await list.readPart(id, name) : undefined;
    return answerJson(request, part?.answer ?? (await list.readAll()));
  });

  route(
    'GET',
    pluginPath(':id'),
    ofEntry((details) => details),
  );

  route(
    'GET',
    componentsPath(':id'),
    ofEntry(({ frontend }) => frontend),
  );

  route(
    'POST',
    trustPath(':id'),
    ofOperator(async (id, who, request) => {
      const { plugin, refused } = await folder.find(id);
      return plugin ? answerConsent(request, plugin, who, bundles) : notInstalled(id, refused);
    }),
  );

  route(
    'POST',
    revokePath(':id'),
    ofOperator(async (id, who) => {
      // A missing or refused plugin may still be trusted, and would run when it returns.
      if (!(await bundles.mayBeTrusted(id))) {
        const { plugin, refused } = await folder.find(id);
        if (!plugin) return notInstalled(id, refused);
      }
      await bundles.revoke(id, who);
      return json({ plugin_id: id, trusted: false });
    }),
  );

  const bundle = ofPlugin((plugin, filename, request) => answerBundle(request, bundles, plugin, filename));
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
    if (document) return jsonString(document.json);
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
      if (thrown instanceof TrustStoreError) return refuseStore(request, thrown);
      return refuse(500, 'The host API failed. The reason is in the server’s log.');
    }
  };
}
