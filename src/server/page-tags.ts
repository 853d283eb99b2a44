import { LRUCache } from 'lru-cache';
import {
  API_BASE,
  bundlePath,
  PRELOADED_ID,
  shimPath,
  SHIMS,
  WITH_LIST,
  type Shim,
} from '../contract/index.ts';
import type { Bundles } from './bundles.ts';
import { isTrusted } from './decisions.ts';
import type { Part } from './dashboard-part.ts';
import type { PluginListReader } from './list.ts';
import { createSharing } from './share.ts';
import type { ShimBytes } from './shims.ts';
import { withoutMaps } from './trust/against.ts';

/** Options of the tags for a page. */
export interface TagOptions {
  /** The nonce of the page's Content-Security-Policy, if it has one. */
  nonce?: string | undefined;
}

/** Tags for the head of a page, as HTML. */
export interface PageTags {
  /**
   * Makes the tags with the answers to the page's first requests, the list of plugins and a dashboard, and preloads of the bundles
   * that may run. The page and its widgets then load in two waves of requests. The page contains answers of the host API, so only
   * users of the host API may see it, and it must not be cached.
   *
   * @param dashboard The page's first dashboard.
   * @param options With `importMap`, the tags of {@link PageTags.importMapTag} come first. They have the preloads of the shims,
   * because the page's import map decides the URLs of the shims; a dashboard of sandboxed widgets has none. If more than
   * {@link MAX_HASHES} bundles are trusted, the map has the hashes of the dashboard's bundles only.
   * @returns An empty string if there is no such dashboard or an error occurs: the page then sends the requests itself.
   */
  headTags(
    dashboard: { pluginId: string; name: string },
    options?: TagOptions & { importMap?: boolean },
  ): Promise<string>;
  /**
   * Makes an import map, which has to precede every module of the page: shims under URLs that browsers cache forever, and the hashes
   * of all trusted bundles (CONTRACT T4). Preloads of the shims that every widget imports follow it. The hashes are an
   * additional protection: the server serves only consented bytes. Some browsers ignore `integrity`, and a Content-Security-Policy
   * may drop the whole map.
   *
   * A consent of NousViz 1.0, which has no hashes, is left out until an answer has bound it to the bytes on disk.
   *
   * @throws {Error} if the trust store cannot be read.
   */
  importMapTag(options?: TagOptions): Promise<string>;
}

/** The parts of the server that the tags need. */
export interface PageTagsOptions {
  /** The path of the host API, without a trailing slash. */
  base: string;
  bundles: Bundles;
  list: PluginListReader;
  readShim(shim: Shim): Promise<ShimBytes>;
}

/** An import map in the format of browsers. */
interface ImportMap {
  /** The versioned URLs of the shims, by stable URL. */
  imports: Record<string, string>;
  /** `sha256-<base64>` by URL, for the shims and every trusted bundle. */
  integrity: Record<string, string>;
}

/** The shims that every widget in the page imports; the browser finds the others in the widgets. */
const FIRST_SHIMS: readonly Shim[] = ['react.js', 'react-jsx-runtime.js'];

/**
 * The number of bundles up to which a dashboard's import map has the hashes of all bundles. Browsers parse every hash in each page, and
 * with a thousand of them that takes longer than the page's own script.
 */
export const MAX_HASHES = 200;

/** The total size of the import maps that are used again, with what they are made of, in characters. */
const MAX_MAPS = 8_000_000;

/** Escapes text for HTML, also in an attribute with double quotes. */
export const escaped = (attribute: string) =>
  attribute.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const nonceOf = ({ nonce }: TagOptions) => (nonce === undefined ? '' : ` nonce="${escaped(nonce)}"`);

/** Escapes JSON for a script element, where it must not contain an end tag or the start of a comment. */
export const scriptJson = (json: string) => json.replaceAll('<', String.raw`\u003c`);

/** The hash of a file as browsers write it. */
export const integrityOf = (sha256: string) => `sha256-${Buffer.from(sha256, 'hex').toString('base64')}`;

/** The hash in the path of a bundle, which ends with it. */
const versionIn = (path: string) => path.slice(path.lastIndexOf('=') + 1);

/** The place of a nonce in tags that pages with several nonces share. JSON, URLs and escaped attributes do not have this character. */
const NONCE = '\0';

/** A preload with the integrity that an import map gives the request. Chromium sends a second request if the two differ. */
const preloadTag = (url: string, integrity: string) =>
  `<link rel="modulepreload" fetchpriority="low" href="${escaped(url)}" integrity="${integrity}"${NONCE}>`;

/** Makes tags for one page. */
const withNonce = (tags: string, options: TagOptions) => tags.split(NONCE).join(nonceOf(options));

/** Makes the functions that write tags for pages. */
export function createPageTags({ base, bundles, list, readShim }: PageTagsOptions): PageTags {
  /**
   * Lists the paths of all trusted bundles, of plugins that are not installed too: to know them, all plugins would have to be read.
   *
   * @returns `undefined` if there are more than `most`.
   */
  async function readTrusted(most: number): Promise<string[] | undefined> {
    const paths: string[] = [];
    for (const [id, grant] of await bundles.recorded()) {
      if (!isTrusted(grant)) continue;
      for (const [file, hash] of Object.entries(withoutMaps(grant.bundles ?? {})))
        paths.push(bundlePath(id, file, hash));
      if (paths.length > most) return undefined;
    }
    return paths;
  }

  /** @param paths The paths of the bundles whose hashes it has. */
  async function makeImportMap(paths: readonly string[]): Promise<ImportMap> {
    const map: ImportMap = { imports: {}, integrity: {} };
    for (const shim of SHIMS) {
      const { sha256 } = await readShim(shim);
      const url = base + shimPath(shim);
      map.imports[url] = `${url}?v=${sha256}`;
      // Bundles are built with the URLs of a site at its root (CONTRACT S6).
      map.imports[API_BASE + shimPath(shim)] = `${url}?v=${sha256}`;
      map.integrity[`${url}?v=${sha256}`] = integrityOf(sha256);
    }
    for (const path of paths) map.integrity[base + path] = integrityOf(versionIn(path));
    return map;
  }

  async function makeMapTags(first: readonly Shim[], paths: readonly string[]): Promise<string> {
    const map = await makeImportMap(paths);
    const urls = first.map((shim) => map.imports[base + shimPath(shim)]!);
    const preloads = urls.map((url) => preloadTag(url, map.integrity[url]!));
    const json = scriptJson(JSON.stringify(map));
    return `<script type="importmap"${NONCE}>${json}</script>${preloads.join('')}`;
  }

  /** The tags of maps, by what they are made of. */
  const maps = new LRUCache<string, string>({
    maxSize: MAX_MAPS,
    sizeCalculation: (tags, key) => tags.length + key.length,
  });
  /** @param own The paths of a dashboard's bundles, to whose hashes a long list is reduced. */
  async function readMapTags(first: readonly Shim[], own?: readonly string[]): Promise<string> {
    const paths = (await readTrusted(own ? MAX_HASHES : Infinity)) ?? own ?? [];
    const key = JSON.stringify([first, paths]);
    const tags = maps.get(key) ?? (await makeMapTags(first, paths));
    maps.set(key, tags);
    return tags;
  }

  /** Simultaneous calls for the same bundles share the map, and so do those without a dashboard. */
  const shared = createSharing<string>();
  const writeImportMap = async (options: TagOptions, part?: Part) => {
    const own = part?.answer.dashboard.bundles;
    // Frames have shims of their own. A plugin that waits for a decision may soon be trusted.
    const areAllFrames = part?.answer.plugins.every(({ frontend }) => !frontend || frontend.sandboxed);
    const first = areAllFrames ? [] : FIRST_SHIMS;
    const tags = await shared(JSON.stringify([first, own]), () => readMapTags(first, own));
    return withNonce(tags, options);
  };

  function makeTags({ answer, document }: Part): string {
    // The preloads name the bundles.
    const { bundles: paths, ...dashboard } = answer.dashboard;
    const names = `"plugin":${JSON.stringify(dashboard.plugin)},"name":${JSON.stringify(dashboard.name)}`;
    const given = `{"list":${JSON.stringify({ ...answer, dashboard })},"dashboard":${document}}`;
    const json = `{"base":${JSON.stringify(base)},${names},"answer":[${given},"${WITH_LIST}"]}`;
    const preloaded = `<script type="application/json" id="${PRELOADED_ID}">${scriptJson(json)}</script>`;
    const preloads = paths.map((path) => preloadTag(base + path, integrityOf(versionIn(path))));
    return preloaded + preloads.join('');
  }

  /** The tags of parts, which are the same object until they change. */
  const made = new WeakMap<Part, string>();
  function writeTags(part: Part, options: TagOptions): string {
    const tags = made.get(part) ?? makeTags(part);
    made.set(part, tags);
    return withNonce(tags, options);
  }

  return {
    async headTags({ pluginId, name }, { importMap = false, ...options } = {}) {
      // Errors appear when the page requests the host API itself.
      const part = await list.readPart(pluginId, name).catch(() => undefined);
      const map = importMap ? await writeImportMap(options, part).catch(() => '') : '';
      return map + (part ? writeTags(part, options) : '');
    },
    importMapTag: (options = {}) => writeImportMap(options),
  };
}
