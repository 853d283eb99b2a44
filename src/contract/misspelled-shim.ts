import { shimOf, SHIMS, withoutQuery, type Shim } from './shims.ts';
import { suggest } from './suggest.ts';

/** The shim that a misspelled URL means, `/api/widget-runtime/react` for instance; `undefined` for a shim’s URL and for all others. */
export function misspelledShim(url: string): Shim | undefined {
  const [, rest] = /\bwidget-?runtime\/(.+)$/i.exec(withoutQuery(url)) ?? [];
  if (rest === undefined || shimOf(url)) return undefined;
  const name = rest
    .replace(/^\/+|\/+$/g, '')
    .replace(/(\.\w+)+$/, '')
    .replace(/[/_]+/g, '-');
  const names = SHIMS.map((shim) => shim.replace(/\.js$/, ''));
  // It ignores case.
  const [meant] = suggest(name, names);
  return SHIMS.find((shim) => shim === `${meant}.js`);
}
