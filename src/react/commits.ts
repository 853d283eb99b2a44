import type { FiberRoot } from './watch-root.ts';

/** The key under which React keeps a root's first fiber in its container. */
const KEY = '__reactContainer$';

/** Returns how often the widget in a panel has rendered, which means React's commits; `undefined` for a panel without a widget. */
export function commitsOf(panel: Element): number | undefined {
  for (const element of panel.querySelectorAll('div')) {
    const key = Object.keys(element).find((one) => one.startsWith(KEY));
    if (!key) continue;
    const fiber = Reflect.get(element, key) as { stateNode?: Partial<FiberRoot> } | null;
    return fiber?.stateNode?.commits;
  }
  return undefined;
}
