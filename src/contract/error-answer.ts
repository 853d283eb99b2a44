import { isRecord } from './data.ts';

/** Reads the `detail` of the host API's error answer (CONTRACT P7); an empty string if there is none. */
export async function detailOf(response: Response): Promise<string> {
  const answer: unknown = await response.json().catch(() => undefined);
  const detail = isRecord(answer) ? answer.detail : undefined;
  return typeof detail === 'string' ? detail : (JSON.stringify(detail) ?? '');
}
