import { importMap } from './import-map.js';
import { limit, limitRoots, limitStatic } from './limit.js';
import { moduleFederation } from './module-federation.js';
import { nousvizHints } from './nousviz-hints.js';
import { nousvizStatic } from './nousviz-static.js';
import { systemjs } from './systemjs.js';

/**
 * What a page is made for.
 * @typedef {object} Place
 * @property {import('../plugins.js').Cell} cell
 * @property {string} plugins the folder of plugins
 * @property {import('@nousviz/widget-runtime/server').TrustStore} trust
 */

/**
 * A contender whose client is built: its files by path, and what makes the page that a cell's visitors get.
 * @typedef {object} Built
 * @property {Map<string, import('../server.js').File>} files
 * @property {(place: Place) => () => string | Promise<string>} page the panels' number is written in later
 */

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {'limit' | 'floor' | 'own' | 'peer'} kind
 * @property {(react: import('../react.js').React, base: string) => Promise<Built>} build `base` is the path that its
 *   files are served below
 */

/** In the order of the table. @type {readonly Contender[]} */
export const CONTENDERS = [
  limit,
  limitRoots,
  limitStatic,
  nousvizHints,
  nousvizStatic,
  importMap,
  systemjs,
  moduleFederation,
];
