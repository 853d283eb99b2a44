export { esbuildWidgets } from './nousviz-widgets.ts';
