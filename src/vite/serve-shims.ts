import type { Connect } from 'vite';
import { answerShim, type createShimReader } from '../server/tools.ts';
import { shimOf, shimPath } from '../contract/index.ts';

/** Answers requests for the shims as the host API does, and passes on all other requests (CONTRACT S1). */
export const serveShims =
  (apiBase: string, readShim: ReturnType<typeof createShimReader>): Connect.NextHandleFunction =>
  ({ method = '', url = '', headers }, response, next) => {
    const shim = shimOf(url);
    const isOurs = shim && url.split('?')[0] === apiBase + shimPath(shim);
    if (!isOurs || !['GET', 'HEAD'].includes(method)) {
      next();
      return;
    }
    const etag = headers['if-none-match'];
    const request = new Request('http://localhost', { headers: etag ? { 'If-None-Match': etag } : {} });
    readShim(shim)
      .then(async (read) => {
        const answer = answerShim(request, read, 'no-cache');
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(method === 'HEAD' ? undefined : new Uint8Array(await answer.arrayBuffer()));
      })
      .catch(next);
  };
