import type { Connect } from 'vite';
import { policyAt } from '../server/tools.ts';
import { SANDBOX_PAGE, withoutQuery } from '../contract/index.ts';

const POLICY = 'content-security-policy';

/**
 * Changes the policy of the page of a sandboxed plugin's frame, which a proxy passes on: it names the origin of the host API, and the
 * browser sees that of the dev server.
 */
export const correctFramePolicy =
  (apiBase: string): Connect.NextHandleFunction =>
  ({ url = '', headers, socket }, response, next) => {
    if (withoutQuery(url) === apiBase + SANDBOX_PAGE && headers.host !== undefined) {
      const origin = `${'encrypted' in socket ? 'https' : 'http'}://${headers.host}`;
      const setHeader = response.setHeader.bind(response);
      response.setHeader = (name, value) =>
        setHeader(name, name.toLowerCase() === POLICY ? policyAt(String(value), origin) : value);
    }
    next();
  };
