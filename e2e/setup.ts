import { buildFailures } from '../fixtures/failures/build.js';
import { buildDemo } from '../fixtures/host/build.js';

/** Builds what is missing or old: the library, the demo host on both builds of both Reacts, the failing bundles. */
export default async function setup(): Promise<void> {
  for (const react of [18, 19] as const) {
    for (const mode of ['production', 'development'] as const)
      await buildDemo({ react, mode, report: console.log });
  }
  await buildFailures();
}
