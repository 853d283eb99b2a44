import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.map': 'application/json',
};

/** Whether a request is for a page. Ids of plugins may hold dots, so that an ending alone does not decide. */
const isNavigation = ({ headers }: Request, pathname: string) =>
  extname(pathname) === '' || (headers.get('accept') ?? '').includes('text/html');

function cacheControlOf(path: string): string {
  // The build puts a hash of the bytes into the names of assets, and only there.
  if (path.includes(`${sep}assets${sep}`)) return 'public, max-age=31536000, immutable';
  // A page may hold what an operator's session alone may see.
  return path.endsWith('.html') ? 'no-store' : 'no-cache';
}

const send = (content: string | Uint8Array<ArrayBuffer>, path: string) =>
  new Response(content, {
    headers: {
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      'Cache-Control': cacheControlOf(path),
      'X-Content-Type-Options': 'nosniff',
      // A page of another site that frames this one could have the operator press a button unseen.
      'Content-Security-Policy': "frame-ancestors 'self'",
    },
  });

/**
 * Answers from a built app: its files, and its page for every other address that somebody opens.
 *
 * @param root The folder of the build, absolute.
 * @param head The tags that the page's head begins with, as HTML.
 */
export async function answerAppFile(
  root: string,
  request: Request,
  head: () => Promise<string>,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (!['GET', 'HEAD'].includes(request.method))
    return Response.json({ detail: `${request.method} is not allowed here.` }, { status: 405 });
  // A URL has no ".." segments left, but what is encoded in it may decode to one.
  const path = join(root, decode(pathname));
  const file =
    path.startsWith(root + sep) && extname(path) ? await readFile(path).catch(() => undefined) : undefined;
  if (file) return send(new Uint8Array(file), path);
  if (!isNavigation(request, pathname))
    return Response.json({ detail: `There is no ${pathname}.` }, { status: 404 });
  const page = join(root, 'index.html');
  const [html, tags] = await Promise.all([readFile(page, 'utf8'), head()]);
  return send(
    html.replace('<head>', (start) => start + tags),
    page,
  );
}

/** The text that a path, or a part of one, stands for; `/` where it is malformed. */
export function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname).replaceAll('\0', '');
  } catch {
    return '/';
  }
}
