import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The version of React that a plugin's tests and types use, as far as the demo host has it. */
export function installedReact(folder: string): 18 | 19 {
  const require = createRequire(join(folder, 'package.json'));
  try {
    const { version } = require('react/package.json') as { version: string };
    return version.startsWith('18.') ? 18 : 19;
  } catch {
    return 18;
  }
}
