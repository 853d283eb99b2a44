// @vitest-environment node
import { expect, test } from 'vitest';
import { readNames } from '../../shims/generate.js';
import { SHIM_SOURCES, SHIMS } from './index.ts';
import { SHIM_NAMES } from './shim-names.ts';

test.each(SHIMS)('lists the names of %s with the versions of React that export them', async (shim) => {
  const { module, made } = SHIM_SOURCES[shim];
  const builds = await readNames(module);
  const isExported = (name: string, major: number) =>
    Boolean(made) ||
    builds.some(
      ({ file, mode, names }) =>
        mode === 'production' && file.includes('react-18') === (major === 18) && names.includes(name),
    );
  const all = [...new Set(builds.flatMap(({ names }) => names))];
  const known = all.map((name) => {
    const versions = [...(isExported(name, 18) ? ['18.3'] : []), ...(isExported(name, 19) ? ['19'] : [])];
    return [name, versions.join(' or ') || 'development'];
  });
  expect(SHIM_NAMES[shim], 'run "npm run shims"').toEqual(Object.fromEntries(known));
});
