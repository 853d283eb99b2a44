export { nousvizHost } from './nousviz-host.ts';
export type { NousvizHostOptions } from './nousviz-host.ts';
export { viteWidgets } from './nousviz-widgets.ts';
