/**
 * Removes `WWW-Authenticate` from the answer to a script's request below the host API: the browser would cover the page with its
 * own login dialog, and the request would wait for it. The answer to a navigation is unchanged.
 */
export function withoutLoginDialog(request: Request, response: Response, base: string): Response {
  const isNavigation = request.headers.get('Sec-Fetch-Mode') === 'navigate';
  const isBelow = new URL(request.url).pathname.startsWith(`${base}/`);
  if (isNavigation || !isBelow || !response.headers.has('WWW-Authenticate')) return response;
  // The headers of a fetched response cannot be changed.
  const headers = new Headers(response.headers);
  headers.delete('WWW-Authenticate');
  const { status, statusText, body } = response;
  return new Response(body, { status, statusText, headers });
}
