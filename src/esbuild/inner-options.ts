import type { BuildOptions } from 'esbuild';
import { ownAliases } from './react-aliases.ts';

/** The options of a bundle inside of the bundle: those of the widget's build that say how to read and to write code. */
export const innerOptions = (options: BuildOptions) => {
  const { minify, target, define, conditions, mainFields, jsx, tsconfig, absWorkingDir, drop, pure } =
    options;
  return {
    bundle: true,
    write: false,
    logLevel: 'silent',
    ...(minify !== undefined && { minify }),
    ...(target && { target }),
    ...(define && { define }),
    ...(conditions && { conditions }),
    ...(mainFields && { mainFields }),
    ...(jsx && { jsx }),
    // A worker has a React of its own.
    alias: ownAliases(options),
    ...(tsconfig && { tsconfig }),
    ...(absWorkingDir && { absWorkingDir }),
    ...(drop && { drop }),
    ...(pure && { pure }),
  } satisfies BuildOptions;
};
