import { chmod, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeFolder } from '../server/folder.test.kit.ts';
import { createOpener } from './open-editor.ts';

const ask = (at: unknown, headers: Record<string, string> = {}) =>
  new Request('http://dev/dev/open', { method: 'POST', headers, body: JSON.stringify({ at }) });

/** A plugin's folder, and an editor that writes its arguments into a file. */
async function makePlugin() {
  const outer = await makeFolder({ 'lab/widget/One.tsx': 'export default 1', 'secret.txt': 'no' });
  const editor = join(outer, 'editor.sh');
  await writeFile(editor, `#!/bin/sh\nprintf '%s\\n' "$@" > '${outer}/opened'\n`);
  await chmod(editor, 0o755);
  vi.stubEnv('LAUNCH_EDITOR', editor);
  const lines: string[] = [];
  const folder = join(outer, 'lab');
  const open = createOpener(folder, (line) => lines.push(line));
  return {
    outer,
    folder,
    open,
    lines,
    opened: () => readFile(join(outer, 'opened'), 'utf8').catch(() => ''),
  };
}

test('opens a file of the plugin', async () => {
  const { folder, open, opened } = await makePlugin();
  expect((await open(ask('widget/One.tsx:12:5'))).status).toBe(204);
  await expect.poll(opened).toContain(join(folder, 'widget/One.tsx'));
});

test('opens no other file', async () => {
  const { outer, folder, open, opened } = await makePlugin();
  await symlink(join(outer, 'secret.txt'), join(folder, 'link.txt'));
  for (const at of ['../secret.txt', join(outer, 'secret.txt'), 'link.txt', 'widget/None.tsx', '', 5, null])
    expect([at, (await open(ask(at))).status]).toEqual([at, 404]);
  const foreign = await open(ask('widget/One.tsx', { 'sec-fetch-site': 'cross-site' }));
  expect(foreign.status).toBe(403);
  expect(await opened()).toBe('');
});

test('says what to do if the editor cannot be started', async () => {
  const { open, lines } = await makePlugin();
  vi.stubEnv('LAUNCH_EDITOR', '/nowhere/editor');
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const response = await open(ask('widget/One.tsx'));
  expect(response.status).toBe(502);
  expect(await response.json()).toEqual({ detail: expect.stringContaining('LAUNCH_EDITOR') });
  expect(lines).toEqual([expect.stringContaining('LAUNCH_EDITOR')]);
});
