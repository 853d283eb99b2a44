import { parse } from 'node:path';
import type { LibraryOptions, UserConfig } from 'vite';
import { ASSET_LIMIT, MEDIA, NODE_GLOBALS, TARGET } from '../bundling/index.ts';

/** The options of `nousvizWidgets`. */
export interface WidgetOptions {
  /**
   * Whether the build compiles the Tailwind classes of the widget into its bundle, so that they look the same in every host. It needs
   * `tailwindcss` 4.1. @default whether the folder's `package.json` lists `tailwindcss`, and no package that runs Tailwind itself
   */
  tailwind?: boolean;
}

/**
 * The options that a widget's build needs and the author did not set. It repeats no option of the author's: Vite concatenates
 * lists, so a format in both configurations would be built twice.
 */
export function configure({ build: { lib, target } = {} }: UserConfig): UserConfig {
  if (lib && lib.formats?.some((format) => format !== 'es'))
    throw new Error('A widget is an ES module: build with build.lib.formats ["es"].');
  return {
    define: NODE_GLOBALS,
    // Explicit, because a tsconfig.json may set "react", which is classic JSX.
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      ...(target === undefined && { target: TARGET }),
      copyPublicDir: false,
      assetsInlineLimit: ASSET_LIMIT,
      cssCodeSplit: false,
      ...(lib && { lib: libraryOptions(lib) }),
    },
  };
}

/** The additional options of a library build. They have no `entry`, which Vite takes from the author's options. */
function libraryOptions(lib: LibraryOptions): LibraryOptions {
  const { cssFileName = 'style', formats } = lib;
  const added: Partial<LibraryOptions> = {
    cssFileName,
    fileName: bundleFileName(lib),
    ...(formats === undefined && { formats: ['es'] }),
  };
  return added as LibraryOptions;
}

/** The file name of a bundle, which ends in `.js` whatever the type of the package is (CONTRACT M1). */
function bundleFileName({ entry, fileName }: LibraryOptions): NonNullable<LibraryOptions['fileName']> {
  if (typeof fileName === 'function') return fileName;
  const name = fileName?.replace(/\.js$/, '');
  return (_, entryName) => `${name ?? (typeof entry === 'string' ? parse(entry).name : entryName)}.js`;
}

/** Rolldown's treatment of media. */
export const ASSET_TYPES = Object.fromEntries(
  MEDIA.map((extension) => [`.${extension}`, 'dataurl' as const]),
);
