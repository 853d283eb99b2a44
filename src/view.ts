export { createLoader } from './loader.ts';
export { bundlesOf, detailOf, parsePluginList } from './list.ts';
export { Panel } from './panel.tsx';
export { provideRequire } from './require.ts';
export { Rows } from './rows.tsx';
export { parseDashboard } from './spec.ts';
export { createTracker } from './tracker.ts';
export { admitAll } from './trust.ts';
