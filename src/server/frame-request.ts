import { refuse } from './answers.ts';
import { isSandboxed } from './decisions.ts';
import type { Grant } from './trust/store.ts';

const FRAMES_ONLY =
  'its files go to its own frame only, and this request is not from a frame with an opaque origin. Show the plugin in its frame, or trust it.';

/**
 * Whether a request is from a document with an opaque origin, as a sandboxed frame is. Old browsers send no `Sec-Fetch-*`. The
 * bundle of a sandboxed plugin must never run in the host's page, into which a trusted widget could import it otherwise.
 */
function isFromFrame({ headers }: Request): boolean {
  const [mode, site] = [headers.get('sec-fetch-mode'), headers.get('sec-fetch-site')];
  return (
    headers.get('origin') === 'null' &&
    (mode === null || mode === 'cors') &&
    (site === null || site === 'cross-site')
  );
}

/** Returns the refusal of a request for a file of a sandboxed plugin that is not from a frame. */
export const refuseOutsideFrame = (request: Request, pluginId: string, grant: Grant): Response | undefined =>
  isSandboxed(grant) && !isFromFrame(request)
    ? refuse(403, `${pluginId} is sandboxed: ${FRAMES_ONLY}`, { Vary: VARY })
    : undefined;

/** The headers by which answers about bundles differ, so that no cache gives the frame's answer to the page, or the page's to it. */
const VARY = 'Origin, Sec-Fetch-Mode, Sec-Fetch-Site';

/** Lets the frame read a file of its sandboxed plugin, and nobody else (CONTRACT P4). No other answer changes. */
export function forFrame(answer: Response, grant: Grant): Response {
  if (!isSandboxed(grant)) return answer;
  answer.headers.append('Vary', VARY);
  // Errors too: the frame says why its bundle is not there.
  answer.headers.set('Access-Control-Allow-Origin', 'null');
  if (answer.status < 400) {
    // Caches that several people share may ignore `Vary`.
    const control = answer.headers.get('Cache-Control');
    if (control?.startsWith('public'))
      answer.headers.set('Cache-Control', control.replace('public', 'private'));
  }
  return answer;
}
