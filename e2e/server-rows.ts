/** A server, or a server and a proxy in front of it, of the matrix in `e2e/hosts/README.md`. */
export interface ServerRow {
  name: string;
  /** The folder of `fixtures/servers` with its manifest. */
  app: 'node' | 'express-4' | 'next';
  /** The server's file, or the bundler of Next. */
  server: 'node.js' | 'hono.js' | 'express.js' | 'fastify.js' | 'koa.js' | 'turbopack' | 'webpack';
  /** The proxy in front, or the server of a page on another origin. A page of it shows a widget. */
  front?: 'vite' | 'vite-object' | 'nginx' | 'nginx-alone' | 'other-origin';
}

/** The tested servers. */
export const SERVERS: readonly ServerRow[] = [
  { name: 'Node `http`', app: 'node', server: 'node.js' },
  { name: 'Hono 4', app: 'node', server: 'hono.js' },
  { name: 'Express 4', app: 'express-4', server: 'express.js' },
  { name: 'Express 5', app: 'node', server: 'express.js' },
  { name: 'Fastify 5', app: 'node', server: 'fastify.js' },
  { name: 'Koa 3', app: 'node', server: 'koa.js' },
  { name: 'Next 16, a route handler built by Turbopack', app: 'next', server: 'turbopack' },
  { name: 'Next 16, a route handler built by webpack', app: 'next', server: 'webpack' },
  { name: 'Vite’s dev proxy, `"/api": "http://…"`', app: 'node', server: 'express.js', front: 'vite' },
  { name: 'Vite’s dev proxy, `"/api": { target }`', app: 'node', server: 'hono.js', front: 'vite-object' },
  { name: 'nginx that passes `Host` on', app: 'node', server: 'fastify.js', front: 'nginx' },
  { name: 'nginx that replaces `Host`', app: 'node', server: 'koa.js', front: 'nginx-alone' },
  { name: 'a page on another origin', app: 'node', server: 'node.js', front: 'other-origin' },
];

/** The paths below which each server is tested. */
export const PREFIXES = ['', '/nous'] as const;

/** The columns of the matrix: what each server has to do. */
export const CHECKS = [
  'list',
  'shims',
  'refuses another site',
  'refuses other hashes',
  'refuses a lost body',
  'refuses 10 MB',
  'consent',
  'bundle',
  'dashboard',
  'plugin’s own route',
  'sandboxed',
  'revoke',
] as const;

/** The last column: a page in Chromium where a widget waits, runs after a click and disappears. */
export const PAGE = 'page';

/** Makes the rows of the matrix. A test run fails unless all checks of a row pass under all prefixes. */
export const serverTable = (): string[][] =>
  SERVERS.map(({ name, front }) => [name, ...CHECKS.map(() => '✓'), front ? '✓' : '']);
