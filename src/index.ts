export {
  createHost,
  createHostWith,
  version,
  type Host,
  type HostOptions,
  type NousVizGlobal,
} from './host.ts';
export { formatters, type Formatters } from './formatters.ts';
export {
  CustomPanel,
  Dashboard,
  type CustomPanelProps,
  type DashboardProps,
  type PanelPlace,
} from './dashboard.tsx';
export { isWidgetError, WidgetError, type Code, type Details } from './errors.ts';
export { HostProvider, useHost, usePlugins } from './provider.tsx';
export type { Bytes, Findings, ListedComponent, Plugin, RefusedPlugin } from './list.ts';
export type { PluginList, Plugins } from './plugins.ts';
export type { CustomWidgetProps, Widget } from './loader.ts';
export type { Config } from './config.ts';
export type { Cell, DashboardSpec, Panel, Row } from './spec.ts';
export type { OwnHelpers, Widgets } from './helpers.ts';
export type { DashboardName } from './api.ts';
export type { Dashboards, Loaded } from './dashboards.ts';
export type { Explanation, Step } from './explain.ts';
export type { ActivityEntry, Origin } from './tracker.ts';
export type { CrashBudget } from './budget.ts';
export type { PluginHandle } from './handle.ts';
export type { Snapshot } from './snapshot.ts';
export type { Disabled } from './trust.ts';
