import { API_BASE, SHIM_SOURCES, shimPath, SHIMS, type Shim } from '../contract/index.ts';
import { SHIM_NAMES } from '../contract/shim-names.ts';
import { integrityOf, scriptJson } from './page-tags.ts';
import { sha256Of } from './trust/grant.ts';

/**
 * The first script in the page of a frame. It loads the bundle that the page's address names, takes the page's message, and runs the
 * frame's script from the bytes that the page has sent with it, inline. Chromium compiles an inline script once for all documents of a
 * process with one address: so the frames of all plugins get the same. If the page has sent none, or those of another version, which
 * the policy refuses, the frame requests the script. The script takes port and start by preventing the default. Its element goes, or its text
 * would be kept twice, and its bytes are freed at once: with those of fifty frames, the browser would start a full garbage collection.
 * The policy has its hash, since a nonce would pass on to all that the script imports: the bundle could import from everywhere.
 */
const BOOT = `const { script } = document.currentScript.dataset;
const add = (name, own) => document.head.appendChild(Object.assign(document.createElement(name), own));
const bundle = location.hash.slice(1);
if (bundle) add('link', { rel: 'modulepreload', href: '..' + bundle });
try { history.replaceState(null, '', location.pathname); } catch {}
addEventListener('message', function hello({ source, data, ports }) {
  // A sibling frame may send messages too, and only the page is the parent.
  if (source !== parent || data?.nousviz !== 'sandbox' || !ports[0]) return;
  removeEventListener('message', hello);
  const detail = [ports[0], data.start];
  const greet = () => dispatchEvent(new CustomEvent('nousviz-start', { detail, cancelable: true }));
  if (data.script?.byteLength) add('script', { textContent: new TextDecoder().decode(data.script) }).remove();
  data.script?.transfer?.(0);
  if (greet()) add('script', { src: script, crossOrigin: 'anonymous', onload: greet });
});
`;

/** A shim without its check: the frame's script publishes React before it loads the bundle. Each frame reads and loads all of them. */
function shortText(shim: Shim): string {
  const { member, made = 'host' } = SHIM_SOURCES[shim];
  const names = Object.keys(SHIM_NAMES[shim]).filter((name) => name !== 'default');
  return `const host=NousViz.${member},whole=${made.replaceAll(/\s+/g, ' ')};export default whole;export const{${names}}=whole`;
}

/** The import map of frames: bundles import the shims by their usual URLs, and no request is necessary (CONTRACT S6). */
const IMPORT_MAP = scriptJson(
  JSON.stringify({
    imports: Object.fromEntries(
      SHIMS.map((shim) => [
        API_BASE + shimPath(shim),
        `data:text/javascript,${encodeURI(shortText(shim)).replace(/[?#]/g, encodeURIComponent)}`,
      ]),
    ),
  }),
);

/** The source of a policy that admits an inline script. */
export const hashSource = (sha256: string): string => `'${integrityOf(sha256)}'`;

/** The sources by which a frame's policy admits its two inline scripts. */
export const INLINE_SCRIPTS: readonly string[] = [IMPORT_MAP, BOOT].map((text) =>
  hashSource(sha256Of(Buffer.from(text))),
);

/** Writes the inline scripts of a frame's page. @param script the URL of the frame's script, relative to the page */
export const inlineScripts = (script: string): string =>
  `<script type="importmap">${IMPORT_MAP}</script><script data-script="${script}">${BOOT}</script>`;
