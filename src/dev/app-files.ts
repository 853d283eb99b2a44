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

/** Whether a request is for a page. Plugin ids may contain dots, so the file extension alone does not decide. */
const isNavigation = ({ headers }: Request, pathname: string) =>
  extname(pathname) === '' || (headers.get('accept') ?? '').includes('text/html');

function cacheControlOf(path: string): string {
  // Only the names of assets contain a hash of their bytes.
  if (path.includes(`${sep}assets${sep}`)) return 'public, max-age=31536000, immutable';
  // A page may contain data that only an operator's session may see.
  return path.endsWith('.html') ? 'no-store' : 'no-cache';
}

const send = (content: string | Uint8Array<ArrayBuffer>, path: string, frames: readonly string[] = []) =>
  new Response(content, {
    headers: {
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      'Cache-Control': cacheControlOf(path),
      'X-Content-Type-Options': 'nosniff',
      // Prevents clickjacking by other sites, and that the frame of a sandboxed plugin goes to one.
      'Content-Security-Policy': ["frame-ancestors 'self'; frame-src 'self'", ...frames].join(' '),
    },
  });

/**
 * Serves a built app: its files, and its page for every other navigation.
 *
 * @param roots The folders of builds, absolute. The page is that of the first, and each file is the first of its path: names of assets
 *   contain a hash.
 * @param head Returns the HTML tags to insert at the start of the page's head.
 * @param frames Pages of other origins that the app may show in frames.
 */
export async function answerAppFile(
  roots: readonly [string, ...string[]],
  request: Request,
  head: () => Promise<string>,
  frames?: readonly string[],
): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (!['GET', 'HEAD'].includes(request.method))
    return Response.json({ detail: `${request.method} is not allowed here.` }, { status: 405 });
  // URL parsing removes ".." segments, but an encoded one may be decoded here.
  const inner = decode(pathname);
  for (const root of roots) {
    const path = join(root, inner);
    if (!path.startsWith(root + sep) || !extname(path)) continue;
    const file = await readFile(path).catch(() => undefined);
    if (file) return send(new Uint8Array(file), path);
  }
  if (!isNavigation(request, pathname))
    return Response.json({ detail: `There is no ${pathname}.` }, { status: 404 });
  const page = join(roots[0], 'index.html');
  const [html, tags] = await Promise.all([readFile(page, 'utf8'), head()]);
  return send(
    html.replace('<head>', (start) => start + tags),
    page,
    frames,
  );
}

/** Decodes a path or a part of one. Returns `/` if it is malformed. */
export function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname).replaceAll('\0', '');
  } catch {
    return '/';
  }
}
