export { nousvizHost } from './nousviz-host.ts';
export type { NousvizHostOptions } from './nousviz-host.ts';
export { nousvizWidgets } from './nousviz-widgets.ts';
export type { WidgetOptions } from './widget-options.ts';
