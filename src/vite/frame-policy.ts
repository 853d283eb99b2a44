import type { Connect } from 'vite';
import { allowlistOf, policyAt } from '../server/tools.ts';
import { SANDBOX_PAGE, withoutQuery } from '../contract/index.ts';

/** The headers that name the origin of a frame, by their names in lower case, each with its value under another origin. */
const NAMING: Readonly<Record<string, (value: string, origin: string) => string>> = {
  'content-security-policy': policyAt,
  'connection-allowlist': (_, origin) => allowlistOf([origin]),
};

/**
 * Changes the headers of the page of a sandboxed plugin's frame, which a proxy passes on: they name the origin of the host API, and the
 * browser sees that of the dev server.
 */
export const correctFramePolicy =
  (apiBase: string): Connect.NextHandleFunction =>
  ({ url = '', headers, socket }, response, next) => {
    if (withoutQuery(url) === apiBase + SANDBOX_PAGE && headers.host !== undefined) {
      const origin = `${'encrypted' in socket ? 'https' : 'http'}://${headers.host}`;
      const setHeader = response.setHeader.bind(response);
      response.setHeader = (name, value) =>
        setHeader(name, NAMING[name.toLowerCase()]?.(String(value), origin) ?? value);
    }
    next();
  };
