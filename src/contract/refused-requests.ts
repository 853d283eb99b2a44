/** Requests of a sandboxed widget that were refused and have one directive and one address (CONTRACT X2). */
export interface RefusedRequests {
  /** The directive of the frame's policy, such as `img-src`; `route` for routes that are not the plugin's; `code` for code from strings; `others` for the rest. */
  readonly directive: string;
  /** The origin, the scheme of an address without one, or the path of a route. Empty if the browser does not say. */
  readonly address: string;
  readonly count: number;
}

/** The number of directives and addresses that a text names. */
const NAMED = 5;

/** Says which requests were refused: `3 requests: img-src https://other.example (2), route /api/session`. */
export function refusedText(requests: readonly RefusedRequests[]): string {
  const sum = requests.reduce((all, { count }) => all + count, 0);
  const named = requests
    .slice(0, NAMED)
    .map(({ directive, address, count }) =>
      [directive === 'code' ? 'code from strings' : directive, address, count > 1 && `(${count})`]
        .filter(Boolean)
        .join(' '),
    );
  const more = requests.length - named.length;
  const what = requests.some(({ directive }) => directive === 'code') ? 'action' : 'request';
  return `${sum} ${what}${sum === 1 ? '' : 's'}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
