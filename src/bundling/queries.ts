/** Vite's queries of imports, such as `./work.ts?worker&url`. The order of their words does not matter. */
export const QUERY = /\?(?:raw|url|inline|worker|sharedworker|init)(?:&|$)/;

/** What the query of an import asks for. */
export interface Query {
  /** The constructor of a worker, whose code becomes part of the bundle. */
  worker: 'Worker' | 'SharedWorker' | undefined;
  /** A URL that is a string. */
  url: boolean;
  /** The text of a file. */
  raw: boolean;
  /** An instance of WebAssembly. */
  init: boolean;
}

/** Reads the query of a module's id, if it has one. */
export function readQuery(id: string): Query {
  const words = new Set(id.split('?')[1]?.split('&'));
  const worker = words.has('worker') ? 'Worker' : words.has('sharedworker') ? 'SharedWorker' : undefined;
  return { worker, url: words.has('url'), raw: words.has('raw'), init: words.has('init') };
}

/**
 * The source text of an expression: the URL of a worker, from which a page can make any number of workers.
 *
 * @param code The source text of an expression for the worker's code.
 */
export const workerUrl = (code: string) =>
  `URL.createObjectURL(new Blob([${code}], { type: "text/javascript" }))`;

/**
 * A file of JavaScript, whose URL is for a worker nearly always. Pages permit workers of `blob:` URLs, and browsers load none of a `data:`
 * URL over 2 MB.
 */
export const SCRIPT = /\.[cm]?js$/;

/** The source text of the module whose default export is the URL of a script. */
export const scriptUrlSource = (text: string) => `export default ${workerUrl(JSON.stringify(text))};`;

/** The source text of the module whose default export is the URL of a style sheet. */
export const sheetUrlSource = (path: string) => `
import css from ${JSON.stringify(`${path}?inline`)};
export default "data:text/css;charset=utf-8," + encodeURIComponent(css);
`;
