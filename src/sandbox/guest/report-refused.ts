import type { RefusedRequests } from '../../contract/index.ts';
import type { ToPage } from '../protocol.ts';

/** The time between two reports, in milliseconds. */
const PAUSE = 1000;
/** The number of directives and addresses that one report names. */
const MAX_KINDS = 50;
/** The longest start of an address that is sent, in characters. */
const MAX_ADDRESS = 300;

/** The code of the widget may replace it. */
const { setTimeout: later } = globalThis;

/** The address up to its path, which may be long and contain anything. */
function startOf(address: string): string {
  let start = '';
  for (let index = 0, slashes = 0; index < address.length && index < MAX_ADDRESS; index += 1) {
    if (address[index] === '/') slashes += 1;
    if (slashes === 3) break;
    start += address[index];
  }
  return start;
}

/** Whether a violation is about code from strings, of which the widget may hide the error. */
const isCode = (blocked: string) => blocked === 'eval' || blocked === 'wasm-eval';

/** Whether a violation is about something without an address: it throws an error, and requests nothing. */
const hasNoAddress = (blocked: string) =>
  blocked === 'inline' || blocked === 'trusted-types-policy' || blocked === 'trusted-types-sink';

/**
 * Reports the requests that the policy of the frame refuses, of which the widget hears at most an error. It is called before any code of
 * the widget runs, so that it is the first to hear of each; and it calls no method that this code could replace to hide one.
 *
 * @param post Sends a message. It is bound to the port.
 */
export function reportRefused(post: (message: ToPage) => void): void {
  const none = () => ({ __proto__: null }) as unknown as Record<string, RefusedRequests>;
  let refused = none();
  let kinds = 0;
  let isDue = false;

  function report() {
    isDue = kinds > 0;
    if (!isDue) return;
    post({ type: 'refused', requests: refused });
    refused = none();
    kinds = 0;
    later(report, PAUSE);
  }

  addEventListener(
    'securitypolicyviolation',
    ({ blockedURI, effectiveDirective }) => {
      if (hasNoAddress(blockedURI)) return;
      const directive = isCode(blockedURI) ? 'code' : effectiveDirective;
      let address = isCode(blockedURI) ? '' : startOf(blockedURI);
      let key = `${directive} ${address}`;
      if (!(key in refused) && kinds >= MAX_KINDS) {
        address = '';
        key = 'others';
      }
      const known = refused[key];
      const count = known ? known.count : 0;
      if (!known) kinds += 1;
      refused[key] = { directive: key === 'others' ? key : directive, address, count: count + 1 };
      if (!isDue) later(report, 0);
      isDue = true;
    },
    true,
  );
}
