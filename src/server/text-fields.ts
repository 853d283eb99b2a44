import type { Path } from './yaml-values.ts';

/** The fields of a manifest that are text (CONTRACT M). */
const OF_MANIFEST = [
  'name',
  'display_name',
  'version',
  'description',
  'author',
  'homepage',
  'repository',
  'license',
  'licence',
];
const OF_REFERENCE = ['name', 'id', 'label', 'title', 'path', 'file'];
const OF_DASHBOARD = ['title', 'label'];
const OF_PANEL = ['label', 'title', 'type', 'component'];

const has = (names: readonly string[], key: string | number | undefined) => names.includes(String(key));

/** Whether a field of a manifest is text, so that `version: 1.10` is "1.10". */
export const isManifestText = ([first, index, key, ...rest]: Path): boolean =>
  index === undefined
    ? has(OF_MANIFEST, first)
    : first === 'engines'
      ? key === undefined
      : first === 'dashboards' && (key === undefined || (rest.length === 0 && has(OF_REFERENCE, key)));

/** Whether a field of a dashboard is text, so that `label: 1.10` is "1.10". */
export const isDashboardText = ([first, index, key, ...rest]: Path): boolean =>
  index === undefined
    ? has(OF_DASHBOARD, first)
    : has(['panels', 'widgets'], first) && rest.length === 0 && has(OF_PANEL, key);
