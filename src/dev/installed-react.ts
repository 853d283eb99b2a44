import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * The major version of React that a plugin's tests and types use, since its widgets should be previewed on the same one.
 *
 * @param folder the plugin's folder, absolute.
 * @returns 18 if the plugin has neither 18 nor 19.
 */
export function installedReact(folder: string): 18 | 19 {
  try {
    const { version } = createRequire(join(folder, 'package.json'))('react/package.json') as {
      version: string;
    };
    return Number.parseInt(version, 10) === 19 ? 19 : 18;
  } catch {
    return 18;
  }
}
