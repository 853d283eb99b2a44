import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { WIDGET_HEADER } from '../contract/index.ts';
import type { Server } from './create-server.ts';

// These types are structural, so that apps without the types of Node can import the entry point.
/** Node's request. Express removes the path that a handler is mounted at from `url`, and keeps the whole one in `originalUrl`. */
interface NodeRequest {
  method?: string | undefined;
  url?: string | undefined;
  originalUrl?: string | undefined;
  headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** Node's response. */
interface NodeResponse {
  headersSent: boolean;
}

/** Answers a request of Node's servers. With `next` it passes on requests to other paths than the host API's. */
export type NodeHandler = (
  request: NodeRequest,
  response: NodeResponse,
  next?: () => unknown,
) => Promise<void>;

/** Returns a server's refusal of a request, whose path is read as it was sent: nothing may resolve its dot segments before. */
async function refusalOf(
  { refusal }: Partial<Pick<Server, 'refusal'>>,
  url: string,
  { headers = {} }: NodeRequest,
): Promise<Response | undefined> {
  const sent = new Headers();
  for (const name of ['host', 'origin', WIDGET_HEADER.toLowerCase()])
    if (headers[name] !== undefined) sent.set(name, String(headers[name]));
  return refusal?.({ url: `http://localhost${url}`, headers: sent });
}

/**
 * Makes a handler for Node's `http` and the frameworks on it, such as Express, Fastify and Koa. It has to run before body parsers.
 *
 * @param server Its option `base` is the whole path of the host API, also if the handler is mounted at a path.
 *
 * @example
 * app.use(toNodeHandler(createServer({ plugins: 'plugins', trust })));
 * app.use(express.json());
 */
export function toNodeHandler(
  server: Pick<Server, 'fetch' | 'isRoute'> & Partial<Pick<Server, 'refusal'>>,
): NodeHandler {
  const listenerOf = (answer: (request: Request) => Response | Promise<Response>) =>
    getRequestListener(answer, { overrideGlobalObjects: false });
  const listener = listenerOf((request) => server.fetch(request));
  return async (request, response, next) => {
    const { url = '/', originalUrl = url } = request;
    const refused = await refusalOf(server, originalUrl, request);
    if (refused) {
      await listenerOf(() => refused)(request as IncomingMessage, response as ServerResponse);
      return;
    }
    if (next && !server.isRoute(originalUrl)) {
      await next();
      return;
    }
    // The listener reads the URL before it returns its promise.
    request.url = originalUrl;
    const answered = listener(request as IncomingMessage, response as ServerResponse);
    request.url = url;
    await answered;
  };
}
