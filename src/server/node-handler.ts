import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Server } from './create-server.ts';

// These types are structural, so that apps without the types of Node can import the entry point.
/** Node's request. Express removes the path that a handler is mounted at from `url`, and keeps the whole one in `originalUrl`. */
interface NodeRequest {
  method?: string | undefined;
  url?: string | undefined;
  originalUrl?: string | undefined;
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

/**
 * Makes a handler for Node's `http` and the frameworks on it, such as Express, Fastify and Koa. It has to run before body parsers.
 *
 * @param server Its option `base` is the whole path of the host API, also if the handler is mounted at a path.
 *
 * @example
 * app.use(toNodeHandler(createServer({ plugins: 'plugins', trust })));
 * app.use(express.json());
 */
export function toNodeHandler(server: Pick<Server, 'fetch' | 'isRoute'>): NodeHandler {
  const listener = getRequestListener((request) => server.fetch(request), { overrideGlobalObjects: false });
  return async (request, response, next) => {
    const { url = '/', originalUrl = url } = request;
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
