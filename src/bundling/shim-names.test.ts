import { expect, test } from 'vitest';
import { readNames } from '../../shims/generate.js';
import { SHIM_SOURCES, SHIMS } from '../contract/index.ts';
import { SHIM_NAMES } from './shim-names.ts';

test.each(SHIMS)('knows which React has the names of %s', async (shim) => {
  const { module, made } = SHIM_SOURCES[shim];
  const builds = await readNames(module);
  const isHad = (name: string, major: number) =>
    Boolean(made) ||
    builds.some(
      ({ file, mode, names }) =>
        mode === 'production' && file.includes('react-18') === (major === 18) && names.includes(name),
    );
  const all = [...new Set(builds.flatMap(({ names }) => names))];
  const known = all.map((name) => {
    const hosts = [...(isHad(name, 18) ? ['18.3'] : []), ...(isHad(name, 19) ? ['19'] : [])];
    return [name, hosts.join(' or ') || 'development'];
  });
  expect(SHIM_NAMES[shim], 'run "npm run shims"').toEqual(Object.fromEntries(known));
});
