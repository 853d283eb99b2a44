import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isRecord } from '../contract/index.ts';
import { createMockRoutes, mockIssue, mockResponse, responseFor, type Mock } from './mock-routes.ts';

/** A mistake in a mock file. Its message is for the file's author. */
class MockError extends Error {
  override readonly name = 'MockError';
}

/**
 * Reads the mock files of a plugin's folder, by key. If two files have the same key, the later file wins.
 *
 * @throws {MockError} with file, key and rule.
 */
async function readMocks(folder: string): Promise<Map<string, Mock>> {
  const names = await readdir(join(folder, 'mock')).catch(() => []);
  const mocks = new Map<string, Mock>();
  for (const name of names.filter((file) => file.endsWith('.json')).toSorted()) {
    const text = await readFile(join(folder, 'mock', name), 'utf8');
    let routes: unknown;
    try {
      routes = JSON.parse(text);
    } catch (thrown) {
      throw new MockError(`mock/${name} is not JSON: ${(thrown as Error).message}`);
    }
    if (!isRecord(routes)) throw new MockError(`mock/${name} must be an object of routes`);
    for (const [key, mock] of Object.entries(routes)) {
      const issue = mockIssue(key, mock);
      if (issue) throw new MockError(`mock/${name}: ${JSON.stringify(key)} ${issue}`);
      mocks.set(key, mock as Mock);
    }
  }
  return mocks;
}

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
  try {
    const mocks = await readMocks(plugin.folder);
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
  } catch (thrown) {
    if (!(thrown instanceof MockError)) throw thrown;
    return Response.json({ detail: `${plugin.id}: ${thrown.message}.` }, { status: 500 });
  }
}
