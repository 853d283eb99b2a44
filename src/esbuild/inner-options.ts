import type { BuildOptions } from 'esbuild';

/** The options of a bundle inside of the bundle: those of the widget's build that say how to read and to write code. */
export const innerOptions = (options: BuildOptions) => {
  const { minify, target, define, conditions, mainFields, jsx, alias, tsconfig, absWorkingDir, drop, pure } =
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
    ...(alias && { alias }),
    ...(tsconfig && { tsconfig }),
    ...(absWorkingDir && { absWorkingDir }),
    ...(drop && { drop }),
    ...(pure && { pure }),
  } satisfies BuildOptions;
};
