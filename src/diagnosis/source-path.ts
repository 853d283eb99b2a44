/** The part of a source map that names its sources. */
export interface SourceNames {
  sources: readonly (string | null)[];
  sourceRoot?: string;
}

/** A path without empty parts, `.` and `..`. */
function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/'))
    if (part === '..') parts.pop();
    else if (part && part !== '.') parts.push(part);
  return parts.join('/');
}

/** The path in a URL. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const folderOf = (file: string) => file.replace(/[^/]*$/, '');

/** The spelling of a source: a path on the disk, a path relative to the map, or one without a start, as webpack writes it. */
type Spelling = { on: 'disk' | 'map' | 'nothing'; path: string };

function read(source: string, sourceRoot: string): Spelling {
  const isWhole = /^(?:[a-z][a-z\d+.-]*:|[/\\])/i.test(source);
  const whole = (isWhole || !sourceRoot ? source : `${sourceRoot.replace(/\/?$/, '/')}${source}`).replaceAll(
    '\\',
    '/',
  );
  const [, scheme, inUrl] = /^([a-z][a-z\d+.-]+):\/\/[^/]*\/(.*)$/is.exec(whole) ?? [];
  if (inUrl !== undefined && /^(?:file|https?)$/i.test(scheme!))
    return { on: 'disk', path: `/${decode(inUrl)}` };
  // Such as `webpack://name/./widget/Chart.tsx?1a2b` and `turbopack:///[project]/widget/Chart.tsx`.
  if (inUrl !== undefined)
    return { on: 'nothing', path: normalize(inUrl.replace(/^\[project\]\//, '').replace(/\?[\da-f]*$/, '')) };
  if (/^(?:\/|[a-z]:\/)/i.test(whole)) return { on: 'disk', path: whole };
  return whole.startsWith('../') ? { on: 'map', path: whole } : { on: 'nothing', path: normalize(whole) };
}

/**
 * The plugin's folder on a disk, up to its last slash.
 *
 * @param inner A folder in the plugin's.
 */
function pluginFolder(paths: readonly string[], inner: string, pluginId: string): string | undefined {
  for (const path of inner ? paths : []) {
    const at = path.lastIndexOf(`/${inner}/`);
    if (at >= 0) return path.slice(0, at + 1);
  }
  const [path = ''] = paths;
  const at = path.lastIndexOf(`/${pluginId}/`);
  return at < 0 ? undefined : path.slice(0, at + pluginId.length + 2);
}

/**
 * The paths of a map's sources in the plugin's folder, as its author names them. Tools write them relative to the map, which is beside
 * the bundle, or to the folder of the sources or of the plugin, or absolute.
 *
 * @param file The bundle's path in the plugin, `widget/dist/Chart.js`.
 * @param pluginId The likely name of the plugin's folder.
 */
export function sourcePaths(
  { sources, sourceRoot = '' }: SourceNames,
  file: string,
  pluginId: string,
): (string | undefined)[] {
  const spellings = sources.map((source) => (source ? read(source, sourceRoot) : undefined));
  // Sources are outside the folder that bundles are written into.
  const outer = folderOf(file)
    .replace(/(?:^|\/)(?:dist|build|out)\/$/, '')
    .replace(/\/$/, '');
  const own = spellings.filter(
    (one) => one !== undefined && !/\bnode_modules\//.test(one.path),
  ) as Spelling[];
  const on = (where: Spelling['on']) => own.filter((one) => one.on === where).map(({ path }) => path);
  const [first = ''] = outer.split('/');
  const isWhole = !first || on('nothing').some((path) => path.startsWith(`${first}/`));
  const disk = on('disk');
  const [, name = ''] = /([^/]*?)\.[^/.]*$/.exec(file) ?? [];
  // The source of the bundle's own name is the surest to be in its folder.
  const isNamed = (path: string) => Number(path.includes(`/${name}.`));
  // The author's own files come last in a map.
  const ordered = disk.toSorted((a, b) => isNamed(b) - isNamed(a) || disk.indexOf(b) - disk.indexOf(a));
  const start = pluginFolder(ordered, outer, pluginId);
  return spellings.map((spelling) => {
    if (!spelling) return undefined;
    const { on: where, path } = spelling;
    if (where === 'map') return normalize(folderOf(file) + path);
    if (where === 'nothing') return isWhole ? path : `${outer}/${path}`;
    return start !== undefined && path.startsWith(start) ? path.slice(start.length) : path;
  });
}
