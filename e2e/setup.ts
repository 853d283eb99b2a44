import { buildDemo } from '../fixtures/host/build.js';

/** Builds the library and the demo host on both Reacts, where they are missing or old. */
export default async function setup(): Promise<void> {
  for (const react of [18, 19] as const) await buildDemo({ react, report: console.log });
}
