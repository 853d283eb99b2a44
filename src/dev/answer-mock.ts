import { setTimeout as wait } from 'node:timers/promises';
import { formatMockProblem, readMocks } from './mock-files.ts';
import { createMockRoutes, mockResponse, responseFor, type Mock } from './mock-routes.ts';

/**
 * Answers a request to a plugin's own routes from its `mock/*.json`. It reads the files for each request.
 *
 * @param path The path below `/api/plugins/<id>`, with its leading slash.
 */
export async function answerMock(
  plugin: { id: string; folder: string },
  request: Request,
  path: string,
): Promise<Response> {
  const { method, url, signal } = request;
  const { mocks, problems } = await readMocks(plugin.folder);
  const [problem] = problems;
  if (problem)
    return Response.json({ detail: `${plugin.id}: ${formatMockProblem(problem)}` }, { status: 500 });
  const routes = createMockRoutes<Mock>();
  for (const [key, mock] of mocks) {
    const [verb = '', address = ''] = key.split(' ');
    routes.set(verb, address, mock);
  }
  const mock = routes.find(method, path + new URL(url).search)?.answer;
  if (!mock) {
    const known = [...mocks.keys()].join(', ') || 'nothing';
    const detail = `${plugin.id} has no route ${method} ${path}. Its mock/*.json answer ${known}.`;
    return Response.json({ detail }, { status: 404 });
  }
  if (mock.delay) await wait(mock.delay, undefined, { signal });
  return responseFor(method, mockResponse(mock));
}
