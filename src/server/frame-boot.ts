import { API_BASE, shimPath, SHIMS, shimText } from '../contract/index.ts';
import { SHIM_NAMES } from '../contract/shim-names.ts';
import { integrityOf, scriptJson } from './page-tags.ts';
import { sha256Of } from './trust/grant.ts';

/**
 * The first script in the page of a frame. It takes the page's port, imports the frame's script from the text that the page has sent
 * with it, and lets the browser load the bundle meanwhile. Browsers keep no cache for opaque origins. If the page has sent no text,
 * the frame requests the script.
 */
const BOOT = `const { script } = document.currentScript.dataset;
addEventListener('message', function hello({ source, data, ports: [port] }) {
  // A sibling frame may send messages too, and only the page is the parent.
  if (source !== parent || data?.nousviz !== 'sandbox' || !port) return;
  removeEventListener('message', hello);
  const bundle = document.createElement('link');
  bundle.rel = 'modulepreload';
  bundle.href = '..' + data.bundle;
  document.head.append(bundle);
  const text = data.script && new Blob([data.script], { type: 'text/javascript' });
  // The page reports a frame that does not start.
  import(text ? URL.createObjectURL(text) : script).then(({ open }) => open(port), console.warn);
});
`;

/** The import map of frames: bundles import the shims by their usual URLs, and no request is necessary (CONTRACT S6). */
const IMPORT_MAP = scriptJson(
  JSON.stringify({
    imports: Object.fromEntries(
      SHIMS.map((shim) => {
        const text = shimText(shim, Object.keys(SHIM_NAMES[shim]));
        return [API_BASE + shimPath(shim), `data:text/javascript,${encodeURIComponent(text)}`] as const;
      }),
    ),
  }),
);

/** The sources by which a frame's policy admits its two inline scripts. */
export const INLINE_SCRIPTS: readonly string[] = [IMPORT_MAP, BOOT].map(
  (text) => `'${integrityOf(sha256Of(Buffer.from(text)))}'`,
);

/** Writes the inline scripts of a frame's page. @param script the URL of the frame's script, relative to the page */
export const inlineScripts = (script: string): string =>
  `<script type="importmap">${IMPORT_MAP}</script><script data-script="${script}">${BOOT}</script>`;
