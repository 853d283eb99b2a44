import { cleanup } from './render.ts';

export { cleanup, renderWidget, type RenderedWidget, type RenderWidgetOptions } from './render.ts';
export {
  checkWidget,
  inspectWidget,
  WidgetProblems,
  type CheckWidgetOptions,
  type Finding,
  type FindingCode,
} from './check.ts';
export type { Situation } from './situations.ts';
export { delay, fromMock, never, offline, reply, type Answer, type Api, type Call } from './answers.ts';
export { TestingError, type TestingCode } from './errors.ts';
export type { WidgetOptions } from './mount.tsx';
export type { WidgetSource } from './source.tsx';
export type { Time } from './clock.ts';

const { afterEach, process } = globalThis as {
  afterEach?: (cleanup: () => Promise<void>) => void;
  process?: { env?: Record<string, string | undefined> };
};
// Testing Library cleans up under the same conditions.
if (typeof afterEach === 'function' && !process?.env?.RTL_SKIP_AUTO_CLEANUP) afterEach(cleanup);
