import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The absolute path of a file or folder of this package, `packageFile('shims/react.js')`. It is found by the package's name, because a
 * bundler decides which file this code ends up in.
 */
export const packageFile = (path: string): string =>
  join(dirname(createRequire(import.meta.url).resolve('@nousviz/widget-runtime/package.json')), path);
