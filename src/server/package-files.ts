import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';

/**
 * Finds this package's folder by its name, because a bundler decides which file this code ends up in: from this file, and from the
 * folder in which the server starts, where a bundler has put this code into a folder without packages.
 */
function findPackage(): string {
  const places = [() => import.meta.url, () => join(process.cwd(), 'server.js')];
  let failure: unknown = new Error(
    'The package @nousviz/widget-runtime was not found. Install it in the folder in which the server starts.',
  );
  for (const placeOf of places)
    try {
      const manifest = createRequire(placeOf()).resolve('@nousviz/widget-runtime/package.json');
      // Some bundlers resolve to names of their own.
      if (isAbsolute(manifest)) return dirname(manifest);
    } catch (thrown) {
      failure = thrown;
    }
  throw failure;
}

/**
 * The absolute path of a file or folder of this package, `packageFile('shims/react.js')`.
 *
 * @throws {Error} if the package is neither beside this code nor in the folder in which the server starts.
 */
export const packageFile = (path: string): string => join(findPackage(), path);
