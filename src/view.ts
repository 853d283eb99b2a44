export { crashesOf } from './budget.ts';
export { createEngine } from './engine.ts';
export { bundlesOf, detailOf, parsePluginList } from './list.ts';
export { Panel } from './panel.tsx';
export { Rows } from './rows.tsx';
export { parseDashboard } from './spec.ts';
export { versionOf } from './trust.ts';
