export { nousvizWidgets } from './nousviz-widgets.ts';
