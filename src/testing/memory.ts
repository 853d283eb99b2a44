import type { ConfigSchema } from '../config/index.ts';
import {
  API_BASE,
  bundlePath,
  componentsPath,
  messageOf,
  pluginPath,
  PLUGINS,
  revokePath,
  sandboxFrontendUrl,
  trustPath,
} from '../contract/index.ts';
import { responseFor } from '../dev/mock-routes.ts';
import { Delayed, isError, responseOf, type Api, type Call } from './answers.ts';
import { TestingError } from './errors.ts';
import { createRoutes } from './routes.ts';

/** Replaces the test's answer to a request. `given` resolves to the test's own answer, and rejects if there is none. */
export type Override = (given: () => Promise<unknown>) => unknown;

/** The options of {@link createMemory}. */
export interface MemoryOptions {
  pluginId: string;
  dashboardName: string;
  /** The name of the component, once its module has loaded. */
  component: Promise<string>;
  /** The JSON Schema of its config, if it has one. */
  schema: Promise<ConfigSchema | undefined>;
  api: Api;
  /** Receives each mistake of the test once. */
  fail(error: TestingError): void;
  override?: Override | undefined;
  /** Whether the plugin is sandboxed. @default false */
  sandbox?: boolean | undefined;
}

/** An in-memory host API for one widget (CONTRACT P), with the plugin's own routes. */
export interface Memory {
  /** Answers a request like `fetch`. */
  fetch(request: Request): Promise<Response>;
  /** Whether the host API itself answers a request. */
  isHostRequest(request: Request): boolean;
  /** Whether a route of the test answers a request. */
  answers(request: Request): boolean;
  /** Whether a request is for one of the plugin's own routes. */
  isOwn(request: Request): boolean;
  /** Adds routes, or replaces them. */
  add(api: Api): void;
  readonly calls: readonly Call[];
  /** The number of requests without an answer. The answer is `late` if the test delays it, otherwise `soon`. */
  waiting(kind: 'soon' | 'late'): number;
  /** The requests that are neither answered nor aborted. */
  pending(): readonly Call[];
  /** The number of starts and ends of requests so far. */
  readonly traffic: { count: number };
  /** Cancels delayed answers. */
  close(): void;
}

type Decision = 'trusted' | 'sandboxed' | 'revoked';

const verdictOf = (decision: Decision) => ({
  trusted: decision === 'trusted',
  sandboxed: decision === 'sandboxed',
  needs_consent: decision === 'revoked',
});

/** The host API's entry for the plugin. */
async function entryOf({ pluginId, dashboardName, component, schema }: MemoryOptions, decision: Decision) {
  const filename = `${await component}.js`;
  const components = [
    {
      name: await component,
      path: `widget/dist/${filename}`,
      filename,
      exists_on_disk: true,
      config: await schema,
    },
  ];
  return {
    id: pluginId,
    name: pluginId,
    display_name: pluginId,
    version: '0.0.0',
    dashboards: [{ name: dashboardName }],
    frontend: { components, ...verdictOf(decision) },
  };
}

// The widget has no bundle, so the diagnosis of a crash reads only the error's message.
const emptyScript = () => new Response('', { headers: { 'Content-Type': 'text/javascript' } });

async function bodyOf(request: Request): Promise<unknown> {
  if (!request.body) return undefined;
  const type = request.headers.get('Content-Type') ?? '';
  if (/form-data|form-urlencoded/.test(type)) return request.formData();
  const text = await request.text();
  try {
    return /\bjson\b/.test(type) ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}

const sentenceOf = (cause: unknown) => messageOf(cause).replace(/[^.!?…]$/, '$&.');

const useGiven: Override = (given) => given();

/** Creates an in-memory host API for one widget. @throws {TestingError} `ROUTE_INVALID` */
export function createMemory(options: MemoryOptions): Memory {
  const { pluginId, api, fail, override } = options;
  const routes = createRoutes(pluginId);
  routes.add(api);
  const calls: Call[] = [];
  const open = new Map<Call, 'soon' | 'late'>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const traffic = { count: 0 };
  let decision: Decision = options.sandbox ? 'sandboxed' : 'trusted';

  async function decide(next: Decision) {
    decision = next;
    return { plugin_id: pluginId, ...verdictOf(decision) };
  }
  const hostRoutes: Record<string, () => Promise<unknown>> = {
    [`GET ${API_BASE}${PLUGINS}`]: async () => ({ plugins: [await entryOf(options, decision)] }),
    [`GET ${API_BASE}${pluginPath(pluginId)}`]: () => entryOf(options, decision),
    [`GET ${API_BASE}${componentsPath(pluginId)}`]: async () => (await entryOf(options, decision)).frontend,
    [`POST ${API_BASE}${trustPath(pluginId)}`]: () => decide('trusted'),
    [`POST ${API_BASE}${sandboxFrontendUrl(pluginId)}`]: () => decide('sandboxed'),
    [`POST ${API_BASE}${revokePath(pluginId)}`]: () => decide('revoked'),
  };
  const bundles = API_BASE + bundlePath(pluginId, '');

  /** The host API's own answer to a request, or `undefined` for a request that only the widget sends. */
  function hostAnswerTo({ method, url }: Request): (() => Promise<unknown>) | undefined {
    const { pathname } = new URL(url);
    return pathname.startsWith(bundles) ? async () => emptyScript() : hostRoutes[`${method} ${pathname}`];
  }

  function report(...details: ConstructorParameters<typeof TestingError>): TestingError {
    const error = new TestingError(...details);
    fail(error);
    return error;
  }
  const reportAnswer = ({ method, path }: Call, fact: string, cause: unknown) =>
    report('ANSWER_FAILED', `The answer to ${method} ${path} ${fact}`, { cause });

  /** Resolves an answer: a function is called with the request, and its result is resolved in turn. */
  async function resolve(answer: unknown, call: Call): Promise<unknown> {
    if (typeof answer !== 'function') return answer;
    let given: unknown;
    try {
      given = await (answer as (call: Call) => unknown)(call);
    } catch (cause) {
      // Already reported.
      if (cause instanceof TestingError) throw cause;
      throw reportAnswer(
        call,
        `threw: ${sentenceOf(cause)} Return offline() to make the request fail.`,
        cause,
      );
    }
    return resolve(given, call);
  }

  async function respond(answer: unknown, call: Call): Promise<Response> {
    const value = await resolve(answer, call);
    if (value instanceof Delayed) {
      const { until } = value;
      if (open.has(call)) open.set(call, 'late');
      await (typeof until === 'number'
        ? new Promise<void>((done) => timers.add(setTimeout(done, until)))
        : until);
      if (open.has(call)) open.set(call, 'soon');
      return respond(value.answer, call);
    }
    if (isError(value)) throw new TypeError(value.message, { cause: value });
    try {
      return responseFor(call.method, responseOf(value));
    } catch (cause) {
      const remedy = 'Answer with a JSON value, a Response or the result of reply().';
      throw reportAnswer(call, `cannot be sent: ${sentenceOf(cause)} ${remedy}`, cause);
    }
  }

  return {
    ...routes,
    isHostRequest: (request) => hostAnswerTo(request) !== undefined,
    answers: (request) => routes.find(request) !== undefined,
    calls,
    traffic,
    waiting: (kind) => [...open.values()].filter((one) => one === kind).length,
    pending: () => [...open.keys()],

    async fetch(request) {
      request.signal.throwIfAborted();
      const hostAnswer = hostAnswerTo(request);
      if (hostAnswer) return responseOf(await hostAnswer());

      const found = routes.find(request);
      const call: Call = {
        method: request.method,
        path: routes.pathOf(request),
        query: Object.fromEntries(new URL(request.url).searchParams),
        params: found?.params ?? {},
        headers: Object.fromEntries(request.headers),
        body: undefined,
        aborted: false,
      };
      calls.push(call);
      open.set(call, 'soon');
      traffic.count += 1;
      const aborted = new Promise<never>((_, reject) => {
        request.signal.addEventListener('abort', () => {
          call.aborted = open.has(call);
          reject(request.signal.reason as Error);
        });
      });
      const given = async () => {
        if (found) return resolve(found.answer, call);
        const fact = `The widget of ${pluginId} requested ${call.method} ${call.path}, which api does not answer.`;
        throw report('UNANSWERED_ROUTE', `${fact} ${routes.adviseOn(request)}`);
      };
      const answered = async () => {
        call.body = await bodyOf(request);
        return respond(await (override ?? useGiven)(given), call);
      };
      try {
        return await Promise.race([answered(), aborted]);
      } finally {
        open.delete(call);
        traffic.count += 1;
      }
    },

    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
