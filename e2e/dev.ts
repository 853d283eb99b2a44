import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../fixtures/host/build.js';
import { test as base, expect, type Files } from './test.ts';

/** The command `nousviz-widget dev` over a plugin, and the page that it serves. */
export interface Dev {
  folder: string;
  /** Writes the files, starts the command and, the first time, opens the first dashboard. A restart uses the same port. */
  start(files?: Files, args?: readonly string[]): Promise<void>;
  /** Ends the command like Ctrl+C. */
  end(): Promise<void>;
  /** Writes a file, like an editor. */
  save(path: string, text: string): Promise<void>;
  /** Replaces a part of a file. */
  edit(path: string, from: string, to: string): Promise<void>;
  /** The command's output. */
  output(): string;
}

const addressIn = (output: string) => /^NousViz demo host: (http:\S+)$/m.exec(output)?.[1];

/** A manifest with components. */
export const manifest = (...components: string[]) =>
  `id: lab\nversion: 1.0.0\nfrontend:\n  components:\n${components
    .map((name) => `    - { name: ${name}, path: widget/dist/${name}.js }\n`)
    .join('')}`;

/** The tests' own `test`, with a plugin named `lab`. */
export const test = base.extend<{ dev: Dev }>({
  dev: async ({ page, react }, use) => {
    const outer = await mkdtemp(join(tmpdir(), 'nousviz-author-'));
    const folder = join(outer, 'lab');
    let child: ChildProcess | undefined;
    let output = '';
    let url: string | undefined;
    const save = async (path: string, text: string) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    };
    const end = async () => {
      if (!child || child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      expect(await exited).toEqual([0, null]);
    };
    await use({
      folder,
      save,
      end,
      output: () => output,
      async start(files = {}, args = []) {
        for (const [path, text] of Object.entries(files)) await save(path, text);
        // An author has the packages in the plugin's folder.
        await symlink(join(root, 'node_modules'), join(folder, 'node_modules')).catch(() => {});
        output = '';
        const cli = join(root, 'dist/cli/cli.js');
        const port = url ? new URL(url).port : '0';
        child = spawn(process.execPath, [cli, 'dev', folder, '--react', `${react}`, '--port', port, ...args]);
        for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (bytes) => (output += bytes));
        await expect.poll(() => addressIn(output), output).toBeTruthy();
        if (!url) await page.goto(addressIn(output)!);
        url = addressIn(output);
      },
      async edit(path, from, to) {
        const text = await readFile(join(folder, path), 'utf8');
        expect(text).toContain(from);
        await save(path, text.replace(from, to));
      },
    });
    await page.goto('about:blank');
    await end();
    await rm(outer, { recursive: true, force: true });
  },
});

/** The source of a component that shows its name and counts its clicks. */
export const counter = (name: string, text = name) => `
export default function ${name}() {
  const [count, setCount] = useState(0);
  return <button onClick={() => setCount(count + 1)}>${text} {count}</button>;
}`;
/** The import that {@link counter} needs. */
export const useState = `import { useState } from 'react';`;
