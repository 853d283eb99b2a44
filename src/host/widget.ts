import type { Widget } from './loader.ts';

const WRAPPERS: ReadonlySet<unknown> = new Set(
  ['react.memo', 'react.forward_ref', 'react.lazy'].map((name) => Symbol.for(name)),
);

/** Whether React can render a value as a component: functions, classes, `memo`, `forwardRef`, `lazy` (CONTRACT F4). */
export function isComponent(value: unknown): value is Widget {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && WRAPPERS.has(Reflect.get(value, '$$typeof'));
}
