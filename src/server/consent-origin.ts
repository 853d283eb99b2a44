/** The host names of the local machine. */
export const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/**
 * Checks that a request may change trust. It refuses a request from another site's page, or under a host name that another site
 * has pointed to this server (CONTRACT P3). A request without `Origin` does not come from a page and passes.
 *
 * @param hosts The host names of this server, without port.
 * @returns The message of the refusal, or `undefined` for a request that may change trust.
 */
export function refuseOrigin(request: Request, hosts: readonly string[]): string | undefined {
  const address = request.headers.get('host') ?? new URL(request.url).host;
  const host = parseUrl(`http://${address}`);
  if (!host || host.pathname !== '/' || !hosts.some((name) => name.toLowerCase() === host.hostname))
    return (
      `Consent is not accepted under the Host name ${JSON.stringify(address)}. ` +
      'If it is this server’s own, add it to the option "hosts" of createServer.'
    );
  const site = request.headers.get('sec-fetch-site') ?? 'none';
  const origin = request.headers.get('origin');
  // The schemes may differ behind a proxy that ends TLS; a default port may be absent.
  const own = origin === null ? undefined : parseUrl(`${origin.replace(/:.*/s, '')}://${address}`);
  const isOwn = origin === null || (own !== undefined && own.host === parseUrl(origin)?.host);
  if (isOwn && ['same-origin', 'none'].includes(site)) return undefined;
  return (
    `Consent is not accepted from another site (Origin ${JSON.stringify(origin)}, Sec-Fetch-Site ${JSON.stringify(site)}). ` +
    'Open the host’s own page and repeat it there.'
  );
}
