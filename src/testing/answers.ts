import { mockIssue, mockResponse, type Mock } from '../dev/mock-routes.ts';
import { TestingError } from './errors.ts';

/** A request that a widget sent. */
export interface Call {
  method: string;
  /** Spelled like a key of `api`: `/items` for a route of the plugin, `/api/query` for another one, or a whole URL outside of `/api`. */
  path: string;
  /** The query string. A name that occurs more than once has its last value. */
  query: Record<string, string>;
  /** The values of the `:name` parts of the route's key. */
  params: Record<string, string>;
  /** Each under its name in lower case. */
  headers: Record<string, string>;
  /** Parsed if the content type is JSON or a form, otherwise a text; `undefined` if there is no body. */
  body: unknown;
  /** Whether the widget aborted it. */
  aborted: boolean;
}

/**
 * The answer of a route: a JSON value, with status 200; an `Error`, with which `fetch` rejects; a `Response`; a result of
 * {@link reply}, {@link delay}, {@link never} or {@link offline}; or a function of the request that returns one of these, or a promise
 * of one.
 */
export type Answer = string | number | boolean | null | object | ((call: Call) => unknown);

/** Answers by route: `'/items'` and `'POST /items/:id'` are routes of the plugin, `'POST /api/query'` is another one. */
export type Api = Readonly<Record<string, Answer>>;

/** An answer with a status. */
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

/** An answer that arrives after some milliseconds, or after a promise is fulfilled. */
export class Delayed {
  readonly until: number | Promise<void>;
  readonly answer: unknown;

  constructor(until: number | Promise<void>, answer: unknown) {
    this.until = until;
    this.answer = answer;
  }
}

/**
 * Makes an answer with a status: `reply(201, item)`, `reply(422, {detail: 'Closed'})`, `reply(204)`.
 *
 * @param body A JSON value, or a text whose content type is in `headers`. @default `{detail}` for an error status, otherwise null
 */
export const reply = (
  status: number,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply => new Reply(status, body, headers);

/** Makes an answer that arrives after some milliseconds, for which fake timers can be used. `renderWidget` does not wait for it. */
export const delay = (ms: number, answer: Answer): Delayed => new Delayed(ms, answer);

/** Makes an answer that never arrives: the request waits until the widget aborts it. */
export const never = (): Delayed => new Delayed(new Promise(() => {}), null);

/** Makes the error with which `fetch` rejects if there is no connection. */
export const offline = (): Error => new TypeError('Failed to fetch');

/**
 * Makes routes from the content of a mock file, with the answers that `nousviz-widget dev` gives.
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

/** Whether a value is an `Error` of any realm. */
export const isError = isA('Error') as (value: unknown) => value is Error;

/** Whether a value is a `Response` of any realm. */
export const isResponse = isA('Response') as (value: unknown) => value is Response;

/** Makes the response with which `fetch` resolves. @throws {TypeError} if the answer has no JSON. */
export function responseOf(answer: unknown): Response {
  if (answer instanceof Reply) return answer.toResponse();
  if (isResponse(answer)) return answer.clone();
  // A function that returns nothing answers null.
  return Response.json(answer ?? null);
}
