import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { daily, expect } from '../test.ts';
import { createArena, install, test } from './arena.ts';
import { attacks, carryOut, lootIn, untilFailed } from './attacks.ts';
import { serveUndefended } from './undefended/server.ts';

const folderOf = (name: string) => join(import.meta.dirname, 'plugins', name);

test('every attack has plugins, and all plugins belong to an attack', async () => {
  const folders = await readdir(folderOf('.'));
  expect(folders.toSorted()).toEqual([...attacks.map(({ name }) => name), 'limits'].toSorted());
});

for (const attack of attacks) {
  const { name, gains, noise } = attack;
  // Two attacks last ten seconds each.
  test(
    `${name} fails on the library’s host`,
    daily(name !== 'then-export'),
    async ({ page, lab, elsewhere, expected }) => {
      if (noise) expected.push(noise);
      await install(folderOf(name), lab.plugins, elsewhere);
      const arena = createArena({ page, url: lab.url, plugins: lab.plugins, isDefended: true, elsewhere });
      await carryOut(attack, arena, await readdir(lab.plugins));
      await untilFailed(attack, arena);
      expect(await lootIn(attack, arena)).toEqual([]);
    },
  );

  const undefended = { tag: '@all' };
  test(
    `${name} succeeds on the undefended host`,
    undefended,
    async ({ page, react, elsewhere, expected }) => {
      expected.push(/^/);
      const plugins = await mkdtemp(join(tmpdir(), 'nousviz-undefended-'));
      await install(folderOf(name), plugins, elsewhere);
      const host = await serveUndefended(plugins, react);
      const arena = createArena({ page, url: host.url, plugins, isDefended: false, elsewhere });
      await carryOut(attack, arena, await readdir(plugins));
      await expect.poll(() => lootIn(attack, arena)).toEqual(gains);
      await page.goto('about:blank');
      await host.close();
      await rm(plugins, { recursive: true, force: true });
    },
  );
}
