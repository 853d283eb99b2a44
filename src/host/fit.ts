import { version as react } from 'react';
import { misfitsOf, type Failure, type Versions } from '../contract/index.ts';
import { version } from './publish.ts';
import type { Admitted, Sandboxed } from './trust.ts';

/** The versions of this page. */
export const VERSIONS = { 'nousviz-runtime': version, react } satisfies Versions;

/** Finds what a plugin needs that this page is not (CONTRACT M4). */
export function findMisfit(
  { pluginId, component, needs = '' }: Pick<Admitted | Sandboxed, 'pluginId' | 'component' | 'needs'>,
  versions: Versions = VERSIONS,
): Failure | undefined {
  const misfits = misfitsOf(needs, versions);
  if (misfits.length === 0) return undefined;
  const details = {
    pluginId,
    component: component.name,
    file: component.path,
    needs: misfits.map(({ engine, range }) => `${engine} ${range}`).join(' and '),
    found: misfits.map(({ engine, found }) => `${engine} ${found}`).join(' and '),
  };
  return { code: 'DOES_NOT_FIT', details };
}
