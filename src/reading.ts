export { detailOf, parsePluginList } from './list.ts';
export { createLoader } from './loader.ts';
export { Rows } from './rows.tsx';
export { parseDashboard } from './spec.ts';
