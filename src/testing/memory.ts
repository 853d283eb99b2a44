import {
  API_BASE,
  bundlePath,
  componentsPath,
  messageOf,
  pluginPath,
  PLUGINS,
  revokePath,
  trustPath,
} from '../contract/index.ts';
import { responseFor } from '../dev/mock-routes.ts';
import { Delayed, isError, responseOf, type Api, type Call } from './answers.ts';
import { TestingError } from './errors.ts';
import { createRoutes } from './routes.ts';

/** Answers a request in place of the test's own answer, which it may ask for; that throws where there is none. */
export type Override = (given: () => Promise<unknown>) => unknown;

/** What {@link createMemory} needs to know of the widget. */
export interface MemoryOptions {
  pluginId: string;
  dashboardName: string;
  /** Its name, as soon as that is known. */
  component: Promise<string>;
  api: Api;
  /** Told each failure of the test once. */
  fail(error: TestingError): void;
  override?: Override | undefined;
}

/** The host API of one widget, without a server (CONTRACT P), and the plugin's own routes. */
export interface Memory {
  /** Answers as `fetch` does. */
  fetch(request: Request): Promise<Response>;
  /** Whether this is for the host API itself. */
  isOfHost(request: Request): boolean;
  /** Whether a route answers this. */
  answers(request: Request): boolean;
  /** Whether this is for one of the plugin's own routes. */
  isOwn(request: Request): boolean;
  /** Adds routes, or replaces them. */
  add(api: Api): void;
  readonly calls: readonly Call[];
  /** How many requests wait for an answer: one that is on its way, or one that was told to take its time. */
  waiting(kind: 'soon' | 'late'): number;
  /** Requests that nothing has ended yet. */
  pending(): readonly Call[];
  /** How many requests began and ended so far. */
  readonly traffic: { count: number };
  /** Ends what was to come late. */
  close(): void;
}

/** What a host API says of the one plugin that there is. */
async function pluginOf({ pluginId, dashboardName, component }: MemoryOptions, trusted: boolean) {
  const filename = `${await component}.js`;
  const components = [
    { name: await component, path: `widget/dist/${filename}`, filename, exists_on_disk: true },
  ];
  return {
    id: pluginId,
    name: pluginId,
    display_name: pluginId,
    version: '0.0.0',
    dashboards: [{ name: dashboardName }],
    frontend: { components, trusted, needs_consent: !trusted },
  };
}

// There are no bytes to look at: a crash is told by its message.
const script = () => new Response('', { headers: { 'Content-Type': 'text/javascript' } });

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

const ask: Override = (given) => given();

/** Makes the host API of one widget. @throws {TestingError} `ROUTE_INVALID` */
export function createMemory(options: MemoryOptions): Memory {
  const { pluginId, api, fail, override } = options;
  const routes = createRoutes(pluginId);
  routes.add(api);
  const calls: Call[] = [];
  const open = new Map<Call, 'soon' | 'late'>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const traffic = { count: 0 };
  let trusted = true;

  async function decide(decision: boolean) {
    trusted = decision;
    return { plugin_id: pluginId, trusted };
  }
  const hostRoutes: Record<string, () => Promise<unknown>> = {
    [`GET ${API_BASE}${PLUGINS}`]: async () => ({ plugins: [await pluginOf(options, trusted)] }),
    [`GET ${API_BASE}${pluginPath(pluginId)}`]: () => pluginOf(options, trusted),
    [`GET ${API_BASE}${componentsPath(pluginId)}`]: async () => (await pluginOf(options, trusted)).frontend,
    [`POST ${API_BASE}${trustPath(pluginId)}`]: () => decide(true),
    [`POST ${API_BASE}${revokePath(pluginId)}`]: () => decide(false),
  };
  const bundles = API_BASE + bundlePath(pluginId, '');

  /** What the host API itself answers; nothing where it is the widget's to ask. */
  function hostAnswerTo({ method, url }: Request): (() => Promise<unknown>) | undefined {
    const { pathname } = new URL(url);
    return pathname.startsWith(bundles) ? async () => script() : hostRoutes[`${method} ${pathname}`];
  }

  function failure(...what: ConstructorParameters<typeof TestingError>): TestingError {
    const error = new TestingError(...what);
    fail(error);
    return error;
  }
  const failed = ({ method, path }: Call, fact: string, cause: unknown) =>
    failure('ANSWER_FAILED', `The answer to ${method} ${path} ${fact}`, { cause });

  /** A test's answer, where that is a function what it gives for the call. */
  async function resolve(answer: unknown, call: Call): Promise<unknown> {
    if (typeof answer !== 'function') return answer;
    let given: unknown;
    try {
      given = await (answer as (call: Call) => unknown)(call);
    } catch (cause) {
      // Told already.
      if (cause instanceof TestingError) throw cause;
      throw failed(call, `threw: ${sentenceOf(cause)} Return offline() where the request shall fail.`, cause);
    }
    return resolve(given, call);
  }

  async function respond(answer: unknown, call: Call): Promise<Response> {
    const value = await resolve(answer, call);
    if (value instanceof Delayed) {
      const { until } = value;
      if (open.has(call)) open.set(call, 'late');
      await (typeof until === 'number'
        ? new Promise<void>((resolve) => timers.add(setTimeout(resolve, until)))
        : until);
      if (open.has(call)) open.set(call, 'soon');
      return respond(value.answer, call);
    }
    if (isError(value)) throw new TypeError(value.message, { cause: value });
    try {
      return responseFor(call.method, responseOf(value));
    } catch (cause) {
      const remedy = 'Answer with a JSON value, a Response, or what reply() makes.';
      throw failed(call, `cannot be sent: ${sentenceOf(cause)} ${remedy}`, cause);
    }
  }

  return {
    ...routes,
    isOfHost: (request) => hostAnswerTo(request) !== undefined,
    answers: (request) => routes.find(request) !== undefined,
    calls,
    traffic,
    waiting: (kind) => [...open.values()].filter((one) => one === kind).length,
    pending: () => [...open.keys()],

    async fetch(request) {
      request.signal.throwIfAborted();
      const ofHost = hostAnswerTo(request);
      if (ofHost) return responseOf(await ofHost());

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
        const fact = `The widget of ${pluginId} asked for ${call.method} ${call.path}, which api does not answer.`;
        throw failure('UNANSWERED_ROUTE', `${fact} ${routes.adviseOn(request)}`);
      };
      const answered = async () => {
        call.body = await bodyOf(request);
        return respond(await (override ?? ask)(given), call);
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
