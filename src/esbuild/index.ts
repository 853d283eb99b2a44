export { nousvizWidgets, type WidgetOptions } from './nousviz-widgets.ts';
