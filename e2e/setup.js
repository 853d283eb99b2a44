import { fileURLToPath } from 'node:url';
import { buildFailures } from '../fixtures/failures/build.js';
import { buildDemo, buildDevApp } from '../fixtures/host/build.js';

/** Builds, unless current: the library, the demo host with both builds of both Reacts, the app of `nousviz-widget dev`, the failing bundles. */
export default async function setup() {
  for (const react of /** @type {const} */ ([18, 19])) {
    for (const mode of /** @type {const} */ (['production', 'development']))
      await buildDemo({ react, mode, report: console.log });
    await buildDevApp({ react, report: console.log });
  }
  await buildFailures();
}

// Runs before Vitest, since a Vite build inside Vitest creates a different app.
if (process.argv[1] === fileURLToPath(import.meta.url)) await setup();
