import { bundlePath, type Failure, type WidgetError } from '../contract/index.ts';
import { createFailure, loadDiagnosis, type Sandboxed } from '../host/index.ts';
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

/** Makes the error of a failure that a frame has diagnosed. Never rejects. */
export async function errorOfFailure(
  sandboxed: Sandboxed,
  { code, details, message, stack, at, frame }: FrameFailure,
  apiBase: string,
): Promise<WidgetError> {
  const { pluginId, component, version: hash } = sandboxed;
  // The diagnosis requests the scripts that a stack names, and here the plugin has written it: the error gets it afterwards.
  const cause = Object.assign(new Error(message), { stack: '' });
  const place = { pluginId, component: component.name, file: component.path, hash, cause };
  const refusal =
    code === 'UNREACHABLE' ? await findRefusal(sandboxed, apiBase, place).catch(() => undefined) : undefined;
  const error = await createFailure(
    refusal ?? ({ code, details: { ...details, ...place } } as unknown as Failure),
  );
  cause.stack = stack;
  return Object.assign(error, { ...(at && { at }), ...(frame && { frame }) });
}
