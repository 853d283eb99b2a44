import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { FEATURES, type Feature } from '../../fixtures/libraries/features/features.ts';
import { makeFolder } from '../server/folder.test.kit.ts';
import { builds, evaluate, MANIFEST } from './builds.test.kit.ts';

describe.each(Object.entries(builds))('%s', (_, build) => {
  test.each(FEATURES.map((feature): [string, Feature] => [feature.name, feature]))(
    '%s',
    async (_name, { files, seen, refused, warns }) => {
      vi.stubEnv('NODE_ENV', 'production');
      const folder = await makeFolder({ 'plugin.yaml': MANIFEST, ...files });
      if (refused) {
        await expect(build(folder)).rejects.toThrow(refused);
        return;
      }
      const warnings = await build(folder);
      if (warns) expect(warnings).toMatch(warns);
      else expect(warnings).toBe('');
      expect(await readdir(join(folder, 'widget/dist'))).toEqual(['Chart.js']);
      const bundle = await evaluate(folder);
      expect(bundle.seen).toEqual(seen instanceof RegExp ? expect.stringMatching(seen) : seen);
    },
  );
});
