import type { Widgets } from '../../helpers/index.ts';
import { createHandle, type HeldHandle, type Owner, type PluginHandle } from '../../host/index.ts';

/**
 * Makes the handle of a widget that is in a frame, which says so.
 *
 * @param revoked Fires when trust is revoked.
 */
export function createFrameHandle(widgets: Widgets, owner: Owner, revoked: AbortSignal): HeldHandle {
  const { handle, hold } = createHandle(
    widgets,
    ({ signal }, input, init) => {
      const signals = [signal, init?.signal].filter((one) => one instanceof AbortSignal);
      return widgets.apiFetch(input, { ...init, signal: AbortSignal.any(signals) });
    },
    owner,
    revoked,
  );
  const described = Object.getOwnPropertyDescriptors(handle);
  const sandboxed: PluginHandle = Object.defineProperties(
    {},
    { ...described, sandboxed: { value: true, enumerable: true } },
  ) as PluginHandle;
  return { handle: Object.freeze(sandboxed), hold };
}
