import { Hono } from 'hono';
import { METHOD_NAME_ALL } from 'hono/router';
import {
  BUNDLE_NAME,
  bundlePath,
  componentsPath,
  dashboardPath,
  isWidgetError,
  pluginPath,
  PLUGINS,
  refusePath,
  revokePath,
  SANDBOX_PAGE,
  SANDBOX_REACTS,
  sandboxFrontendUrl,
  sandboxScriptUrl,
  shimPath,
  SHIMS,
  sourcePath,
  trustHistoryPath,
  trustPath,
  type PluginEntry,
} from '../contract/index.ts';
import { quote } from '../contract/words.ts';
import { IMMUTABLE, json, notInstalled, refuse, refuseStore } from './answers.ts';
import { answerBundle } from './bundle-answer.ts';
import { answerConsent, answerRefusal, viaOf } from './consent-answer.ts';
import { createDashboardAnswers } from './dashboard-answer.ts';
import { createGuard } from './guard.ts';
import { answerHistory } from './history-answer.ts';
import { createJsonAnswers } from './json-answer.ts';
import { answerMap } from './map-answer.ts';
import type { AskedPart, Origins } from './origins.ts';
import { createRouteMakers, type Answer } from './route-makers.ts';
import type { ServerOptions } from './server-options.ts';
import type { PageTagsOptions } from './page-tags.ts';
import type { DeclaredPlugin, PluginsReader } from './plugins-folder.ts';
import { createFramePage, createGuestReader, refuseGuest } from './sandbox-frame.ts';
import type { SandboxNames } from './sandbox-names.ts';
import { answerSource, BUNDLE_RULE } from './source-answer.ts';
import { answerShim, type ShimBytes } from './shims.ts';
import { TrustStoreError } from './trust/store-error.ts';

/** The value of the list's query parameter `dashboard`, `sales/overview` (see `listPartPath`). */
const DASHBOARD_QUERY = /^([^/]+)\/([^/]+)$/;

function answerError(request: Request, thrown: unknown): Response {
  if (isWidgetError(thrown)) return refuse(422, thrown.message);
  console.error(thrown);
  if (thrown instanceof TrustStoreError) return refuseStore(request, thrown);
  return refuse(500, 'The host API failed. Read the reason in the server’s log.');
}

/** The parts and options of the server that the routes need. */
interface RoutesOptions extends PageTagsOptions, Required<Pick<ServerOptions, 'operator' | 'requireHashes'>> {
  /** The path of the host API as the browser sees it. */
  publicBase: string;
  folder: PluginsReader;
  origins: Origins;
  names: SandboxNames;
  notFound: ServerOptions['notFound'];
}

/** The routes of the host API. */
export interface Routes {
  fetch(request: Request): Promise<Response>;
  isRoute(path: string): boolean;
  refusal(request: AskedPart): Promise<Response | undefined>;
}

/** Makes the routes of the host API. */
export function createRoutes(options: RoutesOptions): Routes {
  const { base, requireHashes, origins, names, operator, folder, bundles, list, readShim } = options;
  const {
    notFound = ({ url }) => refuse(404, `There is no route ${new URL(url).pathname}. Check the address.`),
  } = options;
  const answerJson = createJsonAnswers();
  const app = new Hono().basePath(base);

  const { route, ownRoute, operatorRoute } = createRouteMakers(app, { origins, names, operator });

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
      const withFindings = new URL(request.url).searchParams.get('with') === 'findings';
      const { details, refused } = await list.readOne(id, withFindings);
      return details ? answerJson(request, select(details)) : notInstalled(id, refused);
    };

  /** Answers with a file of this package, which pages of every origin and frames may read. */
  function answerFile(request: Request, file: ShimBytes): Response {
    const isVersioned = new URL(request.url).searchParams.get('v') === file.sha256;
    return answerShim(request, file, isVersioned ? IMMUTABLE : 'public, max-age=3600');
  }

  for (const shim of SHIMS)
    route('GET', shimPath(shim), async (request) => answerFile(request, await readShim(shim)));

  const readGuest = createGuestReader();
  for (const react of SANDBOX_REACTS)
    route('GET', sandboxScriptUrl(react), async (request) => {
      const guest = await readGuest(react);
      return guest ? answerFile(request, guest) : refuseGuest(react);
    });
  route(
    'GET',
    SANDBOX_PAGE,
    createFramePage({ base: options.publicBase, folder, bundles, origins, names, readGuest }),
  );

  ownRoute('GET', PLUGINS, async (request) => {
    const [, id, name] = DASHBOARD_QUERY.exec(new URL(request.url).searchParams.get('dashboard') ?? '') ?? [];
    const part = id && name ? await list.readPart(id, name) : undefined;
    return answerJson(request, part?.answer ?? (await list.readAll()));
  });

  ownRoute(
    'GET',
    pluginPath(':id'),
    ofEntry((details) => details),
  );

  ownRoute(
    'GET',
    componentsPath(':id'),
    ofEntry(({ frontend }) => frontend),
  );

  const consentTo =
    (verdict: 'trusted' | 'sandboxed') => async (id: string, who: string, request: Request) => {
      const { plugin, refused } = await folder.find(id);
      return plugin
        ? answerConsent(request, plugin, who, { bundles, requireHashes, verdict })
        : notInstalled(id, refused);
    };
  operatorRoute('POST', trustPath(':id'), consentTo('trusted'));
  operatorRoute('POST', sandboxFrontendUrl(':id'), consentTo('sandboxed'));

  operatorRoute('POST', refusePath(':id'), async (id, who, request) => {
    const { plugin, refused } = await folder.find(id);
    return plugin ? answerRefusal(request, plugin, who, bundles) : notInstalled(id, refused);
  });

  operatorRoute('POST', revokePath(':id'), async (id, who, request) => {
    // A missing or refused plugin may still be trusted, and would run when it returns.
    if (!(await bundles.mayBeTrusted(id))) {
      const { plugin, refused } = await folder.find(id);
      if (!plugin) return notInstalled(id, refused);
    }
    await bundles.revoke(id, who, { via: viaOf(request) });
    return json({ plugin_id: id, trusted: false });
  });

  operatorRoute('GET', trustHistoryPath(), (_, __, request) =>
    answerHistory(request, bundles.history, folder),
  );
  operatorRoute('GET', trustHistoryPath(':id'), (id, _, request) =>
    answerHistory(request, bundles.history, folder, id),
  );
  const source = ofPlugin((plugin, filename, request) => answerSource(request, bundles, plugin, filename));
  operatorRoute('GET', sourcePath(':id', ':name'), (id, _, request, name) => source(request, id, name));

  const bundle = ofPlugin((plugin, filename, request) => answerBundle(request, bundles, plugin, filename));
  const map = ofPlugin((plugin, filename, request) => answerMap(request, bundles, plugin, filename));
  ownRoute('GET', bundlePath(':id', ':name'), (request, id, name) => {
    if (BUNDLE_NAME.test(name)) return bundle(request, id, name);
    return name.endsWith('.js.map') && BUNDLE_NAME.test(name.slice(0, -4))
      ? map(request, id, name.slice(0, -4))
      : refuse(400, `${quote(name)} cannot be a bundle’s file name. Write ${BUNDLE_RULE}.`);
  });

  ownRoute('GET', dashboardPath(':id', ':name'), createDashboardAnswers(folder, list, answerJson));

  app.notFound((c) => notFound(c.req.raw));
  app.onError((thrown, c) => answerError(c.req.raw, thrown));
  function isRoute(path: string): boolean {
    const url = `http://localhost${path}`;
    if (!URL.canParse(url)) return false;
    const [handlers] = app.router.match(METHOD_NAME_ALL, app.getPath(new Request(url)));
    return handlers.length > 0;
  }

  const guard = createGuard(base, names, isRoute);
  async function refusal(request: AskedPart): Promise<Response | undefined> {
    const detail = await guard(request);
    if (detail === undefined) return undefined;
    const origin = request.headers.get('origin')!;
    const shared = origins.includes(origin) ? { 'Access-Control-Allow-Origin': origin } : {};
    return refuse(403, detail, { ...shared, Vary: 'Origin' });
  }

  return {
    refusal,
    async fetch(request) {
      try {
        return (await refusal(request)) ?? (await app.fetch(request));
      } catch (thrown) {
        // Hono throws a value that is not an `Error`.
        return answerError(request, thrown);
      }
    },
    isRoute,
  };
}
