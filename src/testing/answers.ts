import { mockIssue, mockResponse, type Mock } from '../dev/mock-routes.ts';
import { TestingError } from './errors.ts';

/** A request that a widget made, as it was recorded. */
export interface Call {
  method: string;
  /** As a key of `api` spells it: `/items` for a route of the plugin, else `/api/query`, or a whole URL outside of `/api`. */
  path: string;
  /** Of a name that stands there more than once, the last value. */
  query: Record<string, string>;
  /** What the `:name` parts of the route's key stand for. */
  params: Record<string, string>;
  /** By lower-case name. */
  headers: Record<string, string>;
  /** JSON and forms are parsed, by their content type; other bodies are texts, and there may be none. */
  body: unknown;
  /** Whether the widget ended it. */
  aborted: boolean;
}

/**
 * What a route answers: a JSON value, with status 200; an `Error`, which `fetch` rejects with; a `Response`; what {@link reply},
 * {@link delay}, {@link never} and {@link offline} make; or a function of the request that gives one of them, or a promise of one.
 */
export type Answer = string | number | boolean | null | object | ((call: Call) => unknown);

/** Answers by route: `'/items'` or `'POST /items/:id'` below the plugin's own routes, `'POST /api/query'` anywhere else. */
export type Api = Readonly<Record<string, Answer>>;

/** An answer with a status of its own. */
export class Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>>) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  toResponse(): Response {
    return mockResponse(this);
  }
}

/** An answer that waits first, for milliseconds or for a promise. */
export class Delayed {
  readonly until: number | Promise<void>;
  readonly answer: unknown;

  constructor(until: number | Promise<void>, answer: unknown) {
    this.until = until;
    this.answer = answer;
  }
}

/**
 * An answer with a status: `reply(201, item)`, `reply(422, {detail: 'Closed'})`, `reply(204)`.
 *
 * @param body A JSON value; a text is sent as it is where `headers` name its type. @default `{detail}` where the status is an error
 */
export const reply = (
  status: number,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply => new Reply(status, body, headers);

/** An answer that comes so many milliseconds late; fake timers can bring it. `renderWidget` does not wait for it. */
export const delay = (ms: number, answer: Answer): Delayed => new Delayed(ms, answer);

/** No answer at all: the request waits until the widget ends it. */
export const never = (): Delayed => new Delayed(new Promise(() => {}), null);

/** No connection: the request rejects as `fetch` does. */
export const offline = (): Error => new TypeError('Failed to fetch');

/**
 * The answers of a plugin's mock file, as `nousviz-widget dev` gives them.
 *
 * @throws {TestingError} `ROUTE_INVALID`
 * @example api: {...fromMock(desk), 'POST /replies': reply(422)}
 */
export const fromMock = (routes: Readonly<Record<string, Mock>>): Api =>
  Object.fromEntries(
    Object.entries(routes).map(([key, mock]) => {
      const issue = mockIssue(key, mock);
      if (issue) throw new TestingError('ROUTE_INVALID', `fromMock: ${JSON.stringify(key)} ${issue}.`);
      const { status = 200, body, headers, delay: ms = 0 } = mock;
      const answer = reply(status, body, headers);
      return [key, ms ? delay(ms, answer) : answer];
    }),
  );

const isA = (name: string) => (value: unknown) =>
  Object.prototype.toString.call(value) === `[object ${name}]`;

/** Whether a value is an `Error`, of whatever realm. */
export const isError = isA('Error') as (value: unknown) => value is Error;

/** Whether a value is a `Response`, of whatever realm. */
export const isResponse = isA('Response') as (value: unknown) => value is Response;

/** What `fetch` resolves with. @throws for what cannot be sent. */
export function responseOf(answer: unknown): Response {
  if (answer instanceof Reply) return answer.toResponse();
  if (isResponse(answer)) return answer.clone();
  // A route that returns nothing answers null.
  return Response.json(answer ?? null);
}
