import type { Connect } from 'vite';
import { javascript, type createShimReader } from '../server/tools.ts';
import { shimPath, SHIMS } from '../contract/index.ts';

/** Answers requests for the shims, as the host API does, and no others (CONTRACT S1). */
export const serveShims =
  (apiBase: string, readShim: ReturnType<typeof createShimReader>): Connect.NextHandleFunction =>
  ({ method = '', url = '', headers }, response, next) => {
    const shim = SHIMS.find((file) => apiBase + shimPath(file) === url.split('?')[0]);
    if (!shim || !['GET', 'HEAD'].includes(method)) {
      next();
      return;
    }
    const known = headers['if-none-match'];
    const request = new Request('http://localhost', { headers: known ? { 'If-None-Match': known } : {} });
    readShim(shim)
      .then(async ({ bytes, sha256 }) => {
        const answer = javascript(request, bytes, sha256, 'no-cache');
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(method === 'HEAD' ? undefined : new Uint8Array(await answer.arrayBuffer()));
      })
      .catch(next);
  };
