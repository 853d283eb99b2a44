// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** Who may import whom (an import may only point left in "manifest, trust, loader, registry, panel"), and which packages. */
const ALLOWED: Record<string, string[]> = {
  'errors.ts': ['words.ts'],
  'words.ts': ['errors.ts', 'nearest.ts'],
  'nearest.ts': [],
  'config.ts': [],
  'urls.ts': [],
  'import-url.ts': [],
  'told.ts': ['errors.ts', 'failure.ts', 'view.ts'],
  'manifest.ts': ['config.ts', 'errors.ts'],
  'spec.ts': ['config.ts', 'errors.ts', 'manifest.ts'],
  'bundle.ts': ['urls.ts', 'es-module-lexer'],
  // On the server alone: a parser weighs a hundred times what the browser may.
  'findings.ts': ['acorn'],
  'list.ts': ['config.ts', 'errors.ts', 'manifest.ts', 'told.ts'],
  'redirect.ts': ['errors.ts', 'words.ts'],
  'api-fetch.ts': ['told.ts', 'urls.ts'],
  'formatters.ts': [],
  'helpers.ts': ['api-fetch.ts', 'formatters.ts', 'clsx', 'tailwind-merge'],
  'opening.ts': ['config.ts', 'urls.ts'],
  'dashboards.ts': ['api.ts', 'errors.ts', 'spec.ts'],
  'api.ts': ['errors.ts', 'list.ts', 'spec.ts', 'told.ts', 'urls.ts'],
  'trust.ts': ['list.ts'],
  'plugins.ts': ['api.ts', 'errors.ts', 'list.ts', 'snapshot.ts', 'told.ts', 'trust.ts'],
  'diagnose.ts': ['bundle.ts', 'errors.ts'],
  'component.ts': ['loader.ts'],
  'loader.ts': [
    'component.ts',
    'config.ts',
    'errors.ts',
    'handle.ts',
    'import-url.ts',
    'told.ts',
    'trust.ts',
    'urls.ts',
    'react',
  ],
  'budget.ts': [],
  'snapshot.ts': [],
  'tracker.ts': ['errors.ts', 'helpers.ts', 'told.ts', 'trust.ts'],
  'handle.ts': ['helpers.ts', 'host.ts', 'registry.ts'],
  'explain.ts': ['errors.ts', 'host.ts', 'told.ts', 'words.ts'],
  'registry.ts': ['component.ts', 'errors.ts', 'loader.ts', 'trust.ts', 'react'],
  'card.tsx': ['errors.ts', 'words.ts', 'react'],
  'failure.ts': ['card.tsx', 'diagnose.ts', 'redirect.ts', 'words.ts'],
  'engine.ts': [
    'api-fetch.ts',
    'errors.ts',
    'import-url.ts',
    'loader.ts',
    'plugins.ts',
    'registry.ts',
    'require.ts',
    'spec.ts',
    'told.ts',
    'tracker.ts',
    'trust.ts',
    'urls.ts',
  ],
  'host.ts': [
    'budget.ts',
    'component.ts',
    'engine.ts',
    'explain.ts',
    'api.ts',
    'api-fetch.ts',
    'dashboards.ts',
    'errors.ts',
    'helpers.ts',
    'loader.ts',
    'opening.ts',
    'plugins.ts',
    'registry.ts',
    'snapshot.ts',
    'told.ts',
    'tracker.ts',
    'trust.ts',
    'urls.ts',
    'react',
    'react-dom',
  ],
  'provider.tsx': ['errors.ts', 'host.ts', 'plugins.ts', 'react'],
  'dashboard.tsx': ['config.ts', 'errors.ts', 'provider.tsx', 'spec.ts', 'told.ts', 'react'],
  'island.tsx': ['errors.ts', 'react', 'react-dom'],
  'panel.tsx': [
    'budget.ts',
    'config.ts',
    'dashboard.tsx',
    'errors.ts',
    'handle.ts',
    'host.ts',
    'island.tsx',
    'loader.ts',
    'registry.ts',
    'told.ts',
    'react',
  ],
  'rows.tsx': [
    'dashboard.tsx',
    'dashboards.ts',
    'errors.ts',
    'host.ts',
    'island.tsx',
    'panel.tsx',
    'spec.ts',
    'react',
  ],
  'require.ts': ['urls.ts'],
  'view.ts': ['budget.ts', 'engine.ts', 'list.ts', 'panel.tsx', 'rows.tsx', 'spec.ts', 'trust.ts'],
  'index.ts': ['*'],
  'server/': [
    'config.ts',
    'manifest.ts',
    'spec.ts',
    'errors.ts',
    'urls.ts',
    'words.ts',
    'findings.ts',
    'server/',
    'node:',
    'hono',
    'p-limit',
    'yaml',
  ],
  'build/': [
    'bundle.ts',
    'errors.ts',
    'urls.ts',
    'words.ts',
    'server/',
    'build/',
    'node:',
    'acorn',
    'es-module-lexer',
    'esbuild',
    'vite',
  ],
  'author/': [
    'bundle.ts',
    'config.ts',
    'errors.ts',
    'import-url.ts',
    'manifest.ts',
    'nearest.ts',
    'spec.ts',
    'urls.ts',
    'words.ts',
    'server/',
    'build/',
    'author/',
    'node:',
    'acorn',
    'chokidar',
    'es-module-lexer',
    'commander',
    'vite',
    'yaml',
  ],
  'vite/': ['urls.ts', 'server/', 'vite/', 'node:', 'regexparam', 'vite'],
  'testing/': ['*', 'testing/', 'react', '@testing-library/react'],
};

const root = import.meta.dirname;
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !/\.(test|setup)\.|\btemplate\b/.test(file),
);

const importsOf = (file: string) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from |import |import\()'([^']+)'/g)].map(
    ([, specifier]) =>
      specifier!.startsWith('.')
        ? relative(root, join(root, dirname(file), specifier!))
        : specifier!.replace(
            /^(node:).*|^(react|react-dom|hono|yaml|es-module-lexer|@testing-library\/react)\/.*$/,
            '$1$2',
          ),
  );

test.each(files)('%s imports only what stands to its left', (file) => {
  const folder = file.includes('/') ? `${file.split('/')[0]}/` : undefined;
  const allowed = ALLOWED[folder ?? file];
  expect(allowed, `${file} has no line in the table`).toBeDefined();
  for (const target of importsOf(file)) {
    const ours = /\.tsx?$/.test(target);
    const names = [
      target,
      ...(target.includes('/') ? [`${target.split('/')[0]}/`] : []),
      ...(ours ? ['*'] : []),
    ];
    expect(
      names.some((name) => allowed!.includes(name)),
      `${file} imports ${target}`,
    ).toBe(true);
  }
});

test('importing any entry in Node has no side effect', async () => {
  const before = Object.keys(globalThis);
  await import('./index.ts');
  await import('./server/index.ts');
  expect(Object.keys(globalThis)).toEqual(before);
});
