export { createLoader } from './loader.ts';
export { detailOf, parsePluginList } from './list.ts';
export { Panel } from './panel.tsx';
export { Rows } from './rows.tsx';
export { parseDashboard } from './spec.ts';
