import { detailOf, type Code, type Config, type Failure, type Plugin } from '../contract/index.ts';

// What few pages need: it loads with the first of these failures, with the first component that has a schema, and with a plugin that needs
// certain versions.

export { findMisfit } from './fit.ts';

/** Makes the function that checks the configs of a component with a schema. */
export async function createCheck(schema: Config) {
  const { createPageCheck } = await import('../config/index.ts');
  return createPageCheck(schema);
}

/** An answer of the host API that cannot be used. */
interface UnusableAnswer {
  url: string;
  response: Response;
  /** The code of the failure if the host API itself has answered. */
  code: Code;
  /** The reason why its JSON could not be read. */
  unread?: unknown;
}

/** Returns the failure of an answer that cannot be used. */
export async function failureOfAnswer({ url, response, code, unread }: UnusableAnswer): Promise<Failure> {
  const { ok, status, headers } = response;
  const type = headers.get('Content-Type')?.split(';')[0] ?? 'no type';
  const detail = await detailOf(response);
  const cause = unread ?? new Error(`HTTP ${status}${detail && `: ${detail}`}`);
  // Other statuses come with a page too: of a gateway about the server behind it, or of a sign-in.
  const isMisrouted = ok ? !type.includes('json') : [404, 405].includes(status) && type === 'text/html';
  return isMisrouted
    ? { code: 'API_MISROUTED', details: { url, type, status, cause } }
    : ({ code, details: { url, status, cause } } as Failure);
}

/** An error that a plugin's code did not catch. */
interface Uncaught {
  /** What its stack trace names. */
  origin: { pluginId: string; file?: string | undefined; hash?: string | undefined };
  /** The thrown value, of any type. */
  thrown: unknown;
}

/** Returns the failure of an uncaught error. It names the component if only one component has the file in the trace. */
export function failureOfUncaught(
  { origin, thrown: cause }: Uncaught,
  plugins: readonly Plugin[],
  audience: 'operator' | 'author' | undefined,
): Failure {
  const { pluginId, file, hash } = origin;
  const components = plugins.find(({ id }) => id === pluginId)?.components ?? [];
  const [component, other] = components.filter(({ filename }) => filename === file);
  const named = component && !other ? { component: component.name, file: component.path } : { file };
  const variant = audience === 'author' ? audience : undefined;
  return { code: 'UNCAUGHT_ERROR', details: { pluginId, ...named, hash, cause, variant } };
}
