import { importMap } from './import-map.js';
import { limit, limitRoots, limitStatic } from './limit.js';
import { moduleFederation } from './module-federation.js';
import { limitContract, nousvizHints } from './nousviz-hints.js';
import { nousvizStatic } from './nousviz-static.js';
import { systemjs } from './systemjs.js';

/**
 * The cell and folders for a contender's page.
 * @typedef {object} Place
 * @property {import('../plugins.js').Cell} cell
 * @property {string} plugins the plugins folder
 * @property {import('@nousviz/widget-runtime/server').TrustStore} trust
 */

/**
 * A built contender: its files by path and a function that creates its page for a cell.
 * @typedef {object} Built
 * @property {Map<string, import('../server.js').File>} files
 * @property {import('../client.js').Client['maps']} [maps]
 * @property {(place: Place) => () => string | Promise<string>} page with a placeholder for the number of panels
 */

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {'limit' | 'floor' | 'bound' | 'own' | 'peer'} kind
 * @property {(react: import('../react.js').React, base: string, profile?: boolean) => Promise<Built>} build `base` is the path
 *   prefix of its files; a build for the profiler has source maps
 */

/** All contenders in the order of the table. @type {readonly Contender[]} */
export const CONTENDERS = [
  limit,
  limitRoots,
  limitStatic,
  limitContract,
  nousvizHints,
  nousvizStatic,
  importMap,
  systemjs,
  moduleFederation,
];
