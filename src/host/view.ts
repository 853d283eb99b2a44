export { crashesOf } from './crash-budget.ts';
export { createEngine } from './engine.ts';
export { bundlesOf, detailOf, parsePluginList } from '../contract/plugin-list.ts';
export { Panel } from '../react/panel.tsx';
export { Rows } from '../react/dashboard-grid.tsx';
export { parseDashboard } from '../contract/dashboard.ts';
export { versionOf } from './trust.ts';
