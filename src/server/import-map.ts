import { API_BASE, bundlePath, shimPath, SHIMS } from '../contract/index.ts';
import { createShimReader } from './answers.ts';
import { consentedOf, createBundles } from './bundles.ts';
import { createPluginsReader } from './plugins-folder.ts';
import type { TrustStore } from './trust/store.ts';

/** What {@link createImportMap} needs to know; the same as the handler's. */
export interface ImportMapOptions {
  plugins: string;
  trust: TrustStore;
  /** @default "/api" */
  base?: string;
}

/** An import map as browsers read it. */
export interface ImportMap {
  /** The stable URLs of the shims, each with the URL of its present bytes. */
  imports: Record<string, string>;
  /** `sha256-<base64>` by URL: of the shims and of every bundle that is trusted. */
  integrity: Record<string, string>;
}

const integrityOf = (sha256: string) => `sha256-${Buffer.from(sha256, 'hex').toString('base64')}`;

/**
 * Makes what gives the import map for a page's first HTML: shims that a browser may keep for good, and the hashes of all
 * bundles that may run (CONTRACT T4). It is a second lock, never the only one: some engines do not look at `integrity`, and a
 * Content-Security-Policy may drop the whole map. The first is that the server hands out consented bytes alone.
 */
export function createImportMap({
  plugins,
  trust,
  base: given = API_BASE,
}: ImportMapOptions): () => Promise<ImportMap> {
  const bundles = createBundles(trust);
  const folder = createPluginsReader(plugins);
  const readShim = createShimReader();
  const base = given.replace(/\/+$/, '');
  return async () => {
    const map: ImportMap = { imports: {}, integrity: {} };
    for (const shim of SHIMS) {
      const { sha256 } = await readShim(shim);
      const url = base + shimPath(shim);
      map.imports[url] = `${url}?v=${sha256}`;
      // Bundles are built with the URLs of a site of its own root (CONTRACT S6).
      map.imports[API_BASE + shimPath(shim)] = `${url}?v=${sha256}`;
      map.integrity[`${url}?v=${sha256}`] = integrityOf(sha256);
    }
    const { plugins: installed } = await folder.readAll();
    const grants = await bundles.grantsOf(installed);
    for (const { id, components } of installed) {
      const grant = grants.get(id);
      for (const { filename } of components) {
        const sha256 = grant && consentedOf(grant, filename);
        if (sha256) map.integrity[base + bundlePath(id, filename, sha256)] = integrityOf(sha256);
      }
    }
    return map;
  };
}

/**
 * An import map's element, to stand in the page before its first module.
 *
 * @param nonce The one of the page's Content-Security-Policy, where that asks for one.
 */
export function importMapTag(map: ImportMap, nonce?: string): string {
  // No text of a script may look like its end.
  const json = JSON.stringify(map).replaceAll('<', String.raw`\u003c`);
  const quoted = nonce?.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const attribute = quoted === undefined ? '' : ` nonce="${quoted}"`;
  return `<script type="importmap"${attribute}>${json}</script>`;
}
