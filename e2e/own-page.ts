import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The options of a script. */
interface ScriptOptions {
  react: 18 | 19;
  /** The build of React. @default "production" */
  mode?: 'production' | 'development';
  /** @default "browser" */
  platform?: 'browser' | 'node';
}

/** Bundles a script that uses the built library, as a host app does. */
export async function bundleScript(
  contents: string,
  { react, mode = 'production', platform = 'browser' }: ScriptOptions,
): Promise<string> {
  const modules = join(root, react === 18 ? 'fixtures/react-18/node_modules' : 'node_modules');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'jsx' },
    bundle: true,
    format: 'esm',
    write: false,
    platform,
    jsx: 'automatic',
    alias: { react: join(modules, 'react'), 'react-dom': join(modules, 'react-dom') },
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    // React's server build calls `require` for modules of Node.
    ...(platform === 'node' && {
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    }),
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

/** The Content-Security-Policy that the server's guide recommends; `nonce-…` stands for its nonce. */
export const [, GUIDE_POLICY = ''] =
  /^Content-Security-Policy: (.*)$/m.exec(readFileSync(join(root, 'src/server/README.md'), 'utf8')) ?? [];

/**
 * Opens a page of the host's origin that runs a script.
 *
 * @param body The HTML of its body before the script.
 * @param headers Further headers of the page, such as a policy.
 */
export async function openOwnPage(
  page: Page,
  host: string,
  script: string,
  body = '',
  headers: Record<string, string> = {},
): Promise<void> {
  const { origin } = new URL(host);
  await page.route(`${origin}/own.js`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: script }),
  );
  await page.route(`${origin}/own`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers,
      body: `<!doctype html><title>Own page</title><body>${body}<script type="module" src="/own.js"></script>`,
    }),
  );
  await page.goto(`${origin}/own`);
}
