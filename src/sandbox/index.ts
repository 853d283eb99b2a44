export type { Limits } from './limits.ts';
export { sandbox, type SandboxOptions } from './sandbox.tsx';
