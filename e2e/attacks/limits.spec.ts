import { join } from 'node:path';
import { createArena, install, test } from './arena.ts';
import { limits } from './limits.ts';

for (const { name, shows } of limits) {
  if (!shows) continue;
  test(`a trusted plugin can: ${name}`, async ({ page, lab, elsewhere, expected }) => {
    // React reports error 327 if it has stopped during a render and is called again.
    expected.push(/not mine|not for you|WIDGET_CRASHED|Object|React error #327/);
    await install(join(import.meta.dirname, 'plugins/limits'), lab.plugins, elsewhere);
    const arena = createArena({ page, url: lab.url, plugins: lab.plugins, isDefended: true, elsewhere });
    await arena.trust('guest');
    await arena.open('guest', name);
    await shows(arena);
  });
}
