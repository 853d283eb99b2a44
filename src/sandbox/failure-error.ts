import { bundlePath, type Failure, type WidgetError } from '../contract/index.ts';
import { createFailure, loadDiagnosis, type Sandboxed } from '../host/index.ts';
import { createSandboxError, type SandboxCode } from './messages.ts';
import { POWERS } from './powers.ts';
import type { FrameFailure } from './protocol.ts';

/**
 * Finds out why a bundle did not reach its frame. A frame cannot read an error of a server that does not know frames, such as a
 * proxy; the page can.
 */
async function findRefusal(
  { pluginId, component, version }: Sandboxed,
  apiBase: string,
  place: object,
): Promise<Failure | undefined> {
  const { readAgain, refusalOf } = await loadDiagnosis();
  const url = apiBase + bundlePath(pluginId, component.filename, version);
  const evidence = await readAgain(url, fetch);
  return evidence && refusalOf(evidence, place as Parameters<typeof refusalOf>[1]);
}

/** The longest text of a browser about a refused power. A longer one is the widget's own, in a line below it. */
const LONGEST_MESSAGE = 400;

/** Whether an error says that a frame has refused a power. Its code is one that only frames have. */
export const isPowerRefused = ({ code }: WidgetError): boolean =>
  (code as string) === ('POWER_REFUSED' satisfies SandboxCode);

/** Makes the error of a failure that a frame has diagnosed. Never rejects. */
export async function errorOfFailure(
  sandboxed: Sandboxed,
  { code, details, message, stack, at, frame, refused }: FrameFailure,
  apiBase: string,
): Promise<WidgetError> {
  const { pluginId, component, version: hash } = sandboxed;
  // The diagnosis requests the scripts that a stack names, and here the plugin has written it: the error gets it afterwards.
  const cause = Object.assign(new Error(message), { stack: '' });
  const place = { pluginId, component: component.name, file: component.path, hash, cause };
  const refusal =
    code === 'UNREACHABLE' ? await findRefusal(sandboxed, apiBase, place).catch(() => undefined) : undefined;
  const error = refused
    ? createSandboxError('POWER_REFUSED', {
        ...place,
        tried: POWERS[refused],
        message: message.slice(0, LONGEST_MESSAGE),
      })
    : await createFailure(refusal ?? ({ code, details: { ...details, ...place } } as unknown as Failure));
  cause.stack = stack;
  return Object.assign(error, { ...(at && { at }), ...(frame && { frame }) });
}
