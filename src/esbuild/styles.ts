import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { OnLoadResult, Plugin, PluginBuild } from 'esbuild';
import { parseModule } from '../bundle/parsed.ts';

const STYLES = 'nousviz-styles';
const LOCAL = 'nousviz-local';

/** Loads CSS modules with class names that differ from those of other plugins on the page, minified or not. */
export function loadStyles(build: PluginBuild) {
  const sheets = new Map<string, { text: string; resolveDir: string }>();
  build.onLoad({ filter: /\.module\.css$/, namespace: 'file' }, async ({ path }): Promise<OnLoadResult> => {
    const { outputFiles } = await build.esbuild.build({
      stdin: { contents: `export { default } from ${JSON.stringify(path)}`, resolveDir: dirname(path) },
      bundle: true,
      format: 'esm',
      outdir: '/',
      write: false,
      external: ['*.png', '*.svg', '*.jpg', '*.gif', '*.webp', '*.woff', '*.woff2'],
      logLevel: 'silent',
      plugins: [namedByContents],
    });
    const [script, sheet] = ['.js', '.css'].map((end) => outputFiles.find((file) => file.path.endsWith(end)));
    sheets.set(path, { text: sheet?.text ?? '', resolveDir: dirname(path) });
    return {
      contents: `import ${JSON.stringify(`${STYLES}:${path}`)};\n${withNames(script?.text ?? '')}`,
      resolveDir: dirname(path),
      loader: 'js',
    };
  });
  build.onResolve({ filter: new RegExp(`^${STYLES}:`) }, ({ path }) => ({
    path: path.slice(STYLES.length + 1),
    namespace: STYLES,
  }));
  build.onLoad({ filter: /.*/, namespace: STYLES }, ({ path }) => {
    const { text, resolveDir } = sheets.get(path)!;
    return { contents: text, resolveDir, loader: 'css' };
  });
}

/** Adds an export for each class whose name is an identifier, as Vite does. */
function withNames(script: string): string {
  const names = classNames(script).filter((name) => /^[a-z_$][\w$]*$/i.test(name) && name !== 'default');
  const from = names.map((name, index) => `__nvClass${index} = __nvClasses.${name}`);
  const exported = names.map((name, index) => `__nvClass${index} as ${name}`);
  if (names.length === 0) return script;
  return script.replace(/export \{\s*([\w$]+) as default\s*\};?/, (whole, name: string) =>
    [whole, `const __nvClasses = ${name}, ${from.join(', ')};`, `export { ${exported.join(', ')} };`].join(
      '\n',
    ),
  );
}

/** The keys of the object in esbuild's script for a CSS module. */
function classNames(script: string): string[] {
  for (const statement of parseModule(script).body) {
    const [declared] = statement.type === 'VariableDeclaration' ? statement.declarations : [];
    if (declared?.init?.type !== 'ObjectExpression') continue;
    return declared.init.properties.flatMap((one) => {
      if (one.type !== 'Property') return [];
      return one.key.type === 'Identifier' ? [one.key.name] : [];
    });
  }
  return [];
}

/** Puts a hash of a file's contents into its name, from which esbuild makes the names of the classes. */
const namedByContents: Plugin = {
  name: 'nousviz-local-names',
  setup(build) {
    build.onResolve({ filter: /\.module\.css$/ }, async ({ path, resolveDir, importer, namespace }) => {
      const from = namespace === LOCAL ? dirname(importer) : resolveDir;
      const file = path.startsWith('/') ? path : join(from, path);
      const hash = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      const name = `${basename(file, '.module.css')}_${hash.slice(0, 8)}.module.css`;
      return { path: join(dirname(file), name), namespace: LOCAL, pluginData: file };
    });
    build.onLoad({ filter: /.*/, namespace: LOCAL }, async ({ pluginData }) => ({
      contents: await readFile(pluginData),
      resolveDir: dirname(pluginData),
      loader: 'local-css',
    }));
  },
};
