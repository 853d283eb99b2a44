/** The largest length of a path in an archive, in UTF-16 units; longer ones cannot be written on every system. */
const MAX_PATH = 180;

/** The names that Windows reserves for devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

function problemOfSegment(segment: string): string | undefined {
  if (segment === '') return 'has an empty part';
  if (segment === '..' || segment === '.') return 'leads out of its folder';
  if (segment.startsWith('.')) return 'is hidden';
  if (segment === 'node_modules') return 'is an installed package';
  if (/[. ]$/.test(segment)) return 'has a part that ends in a dot or a space, which Windows drops';
  if (DEVICE.test(segment)) return 'is the name of a device on Windows';
  return undefined;
}

/**
 * Checks that a path means the same file inside a plugin's folder on every system.
 *
 * @returns What is wrong with it, to follow the path in a sentence; `undefined` for a good path.
 */
export function problemOfPath(path: string): string | undefined {
  if (path.length > MAX_PATH) return `is longer than ${MAX_PATH} characters`;
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(path))
    return 'has a control character';
  if (path.includes('\\')) return 'has a backslash';
  if (/^(?:\/|[a-z]:)/i.test(path)) return 'is absolute';
  if (/[<>:"|?*]/.test(path)) return 'has a character that Windows does not allow';
  if (path !== path.normalize('NFC') || /\p{Cs}/u.test(path))
    return 'is spelled in a way that some systems change';
  return path.split('/').map(problemOfSegment).find(Boolean);
}

/** Returns a path as systems compare it that ignore upper and lower case. */
const folded = (path: string) => path.toUpperCase().toLowerCase();

/**
 * Finds a path that another one of the list would overwrite on some system: the same in another case, or a folder of that name.
 *
 * @returns What is wrong, as a sentence's subject and predicate; `undefined` if there is none.
 */
export function findCollision(paths: Iterable<string>): string | undefined {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const path of paths) {
    const same = files.get(folded(path));
    if (same !== undefined)
      return same === path
        ? `“${path}” is in it twice`
        : `“${same}” and “${path}” are one file on some systems`;
    files.set(folded(path), path);
    const parts = path.split('/');
    for (let length = 1; length < parts.length; length++) {
      const folder = parts.slice(0, length).join('/');
      const other = folders.get(folded(folder));
      if (other !== undefined && other !== folder)
        return `“${other}” and “${folder}” are one folder on some systems`;
      folders.set(folded(folder), folder);
    }
  }
  const clash = [...files].find(([key]) => folders.has(key));
  return clash && `“${clash[1]}” is both a file and a folder`;
}
