/** Host names that only this machine answers to. */
export const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/**
 * Why a request may not give or take trust: another site's page asks, or a name that was pointed here (CONTRACT P3).
 * Requests without `Origin` come from no page and pass.
 *
 * @param hosts The host names, without port, under which this server is known.
 * @returns The refusal's text, or `undefined` where there is none.
 */
export function refusalOf(request: Request, hosts: readonly string[]): string | undefined {
  const given = request.headers.get('host') ?? new URL(request.url).host;
  const host = parseUrl(`http://${given}`);
  if (!host || host.pathname !== '/' || !hosts.some((name) => name.toLowerCase() === host.hostname))
    return (
      `Consent is not accepted under the Host name ${JSON.stringify(given)}. ` +
      'If it is this server’s own, add it to the option "hosts" of createServer.'
    );
  const site = request.headers.get('sec-fetch-site') ?? 'none';
  const origin = request.headers.get('origin');
  // A proxy may have ended TLS, so schemes may differ; a default port may be left out.
  const own = origin === null ? undefined : parseUrl(`${origin.replace(/:.*/s, '')}://${given}`);
  const isOwn = origin === null || (own !== undefined && own.host === parseUrl(origin)?.host);
  if (isOwn && ['same-origin', 'none'].includes(site)) return undefined;
  return (
    `Consent is not accepted from another site (Origin ${JSON.stringify(origin)}, Sec-Fetch-Site ${JSON.stringify(site)}). ` +
    'Open the host’s own page and repeat it there.'
  );
}
