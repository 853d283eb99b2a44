import type { Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import { bundlePath, WIDGET_HEADER } from '../contract/index.ts';
import { refuse } from './answers.ts';
import type { Origins } from './origins.ts';
import type { SandboxNames } from './sandbox-names.ts';
import type { ServerOptions } from './server-options.ts';

/** Answers a route's requests; `id` and `name` are its parameters. */
export type Answer = (request: Request, id: string, name: string) => Response | Promise<Response>;

/** Answers an operator's requests. */
export type OperatorAnswer = (
  id: string,
  who: string,
  request: Request,
  name: string,
) => Response | Promise<Response>;

/** Makes routes, each with who may use it. */
export interface RouteMakers {
  /** Makes a route for everybody. */
  route(method: 'GET' | 'POST', path: string, answer: Answer): void;
  /** Makes a route whose answers are for this host's pages only. */
  ownRoute(method: 'GET' | 'POST', path: string, answer: Answer): void;
  /** Makes a route for operators only, which changes trust or says what only they may read. */
  operatorRoute(method: 'GET' | 'POST', path: string, answer: OperatorAnswer): void;
}

interface RouteMakersOptions extends Required<Pick<ServerOptions, 'operator'>> {
  origins: Origins;
  names: SandboxNames;
}

// The functions that make the paths encode the colons of parameters.
const patternOf = (path: string) => decodeURIComponent(path);

/** Makes the functions that add routes to an app. */
export function createRouteMakers(app: Hono, { origins, names, operator }: RouteMakersOptions): RouteMakers {
  /** Permits the pages of named origins to read answers and to send the headers of `apiFetch`. */
  const shareWithNamed = cors({
    origin: (origin) => (origins.includes(origin) ? origin : null),
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: ['Content-Type', 'X-Session-Token', WIDGET_HEADER],
    maxAge: 600,
  });

  const route: RouteMakers['route'] = (method, path, answer) =>
    void app.all(patternOf(path), (c: Context) => {
      // Hono removes the body from the answer to HEAD.
      if (c.req.method.replace(/^HEAD$/, 'GET') !== method) {
        const allow = method === 'GET' ? 'GET, HEAD' : method;
        return refuse(405, `${c.req.method} is not possible here. Use ${allow}.`, { Allow: allow });
      }
      return answer(c.req.raw, c.req.param('id') ?? '', c.req.param('name') ?? '');
    });

  function own(method: 'GET' | 'POST', path: string, answer: Answer, refuse403 = origins.refuseRead) {
    const isFrames = path === bundlePath(':id', ':name');
    if (origins.areNamed) app.use(patternOf(path), shareWithNamed);
    route(method, path, (request, id, name) => {
      const detail = isFrames && names.isNameOf(request, id) ? undefined : refuse403(request);
      return detail === undefined ? answer(request, id, name) : refuse(403, detail);
    });
  }

  return {
    route,
    ownRoute: (method, path, answer) => own(method, path, answer),
    operatorRoute(method, path, answer) {
      const ofOperator: Answer = async (request, id, name) => {
        const who = await operator(request);
        return who === null
          ? refuse(401, 'Sign in as an operator to change trust.')
          : answer(id, who, request, name);
      };
      own(method, path, ofOperator, origins.refuseWrite);
    },
  };
}
