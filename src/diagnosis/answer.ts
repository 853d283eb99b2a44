import { isRecord, type Code, type Details, type Failure, type WidgetError } from '../contract/index.ts';
import { describeFailure } from './diagnose.ts';

/** An answer of the host API that the page cannot use. */
export interface FailedAnswer {
  url: string;
  response: Response;
  /** The code, unless a page answered instead of the host API. */
  code: Code;
  /** The reason why the answer's JSON cannot be read; absent for an answer with an error status. */
  cause?: unknown;
}

/** Reads the `detail` of the host API's error answer (CONTRACT P7); an empty string if there is none. */
export async function detailOf(response: Response): Promise<string> {
  const answer: unknown = await response.json().catch(() => undefined);
  const detail = isRecord(answer) ? answer.detail : undefined;
  return typeof detail === 'string' ? detail : (JSON.stringify(detail) ?? '');
}

/** Finds out why an answer of the host API cannot be used (CONTRACT P7). Never rejects. */
export async function diagnoseAnswer({ url, response, code, cause }: FailedAnswer): Promise<WidgetError> {
  const { ok, status, headers } = response;
  const type = headers.get('Content-Type')?.split(';')[0] ?? 'no type';
  // Other statuses come with a page too: of a gateway about the server behind it, or of a sign-in.
  const isMisrouted = ok ? !type.includes('json') : [404, 405].includes(status) && type === 'text/html';
  const details: Details<'API_FAILED'> = {
    url,
    cause: cause ?? new Error(`HTTP ${status} ${await detailOf(response)}`.trim()),
  };
  return describeFailure(
    isMisrouted
      ? { code: 'API_MISROUTED', details: { ...details, type, status } }
      : ({ code, details } as Failure),
  );
}
