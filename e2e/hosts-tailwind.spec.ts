import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm, NPM_FLAGS } from './hosts.ts';
import { expectSame, FIXTURE, installSampler, openHost, OWN_ELEMENTS, visitHost } from './tailwind.ts';
import { expect, test } from './test.ts';

test('a widget with Tailwind 4 in its bundle looks the same in a host on Tailwind 3', async ({
  lab,
  page,
  react,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'nousviz-tailwind-'));
  try {
    await cp(FIXTURE, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
    await mkdir(join(folder, 'dist'));
    await writeFile(join(folder, 'dist/own.html'), OWN_ELEMENTS);
    await npm(['ci', ...NPM_FLAGS], folder);
    await npm(['run', 'styles'], folder);
    const css = await readFile(join(folder, 'dist/host.css'), 'utf8');
    // Its rules are in no layer, and some of them would do twice what those of Tailwind 4 do.
    expect(css).toContain('tailwindcss v3');
    expect(css).toMatch(/\.rotate-45 \{[^}]*transform:/);
    await installSampler(lab);
    await openHost(page, lab, '', react);
    const wanted = await visitHost(page);
    await openHost(page, lab, css, react);
    expectSame(wanted, await visitHost(page));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
