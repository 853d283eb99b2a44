export {
  createHost,
  createHostWith,
  version,
  type Host,
  type HostOptions,
  type NousVizGlobal,
} from './host/host.ts';
export { formatters, type Formatters } from './helpers/formatters.ts';
export {
  CustomPanel,
  Dashboard,
  type CustomPanelProps,
  type DashboardProps,
  type PanelPlace,
} from './react/dashboard.tsx';
export { isWidgetError, WidgetError, type Code, type Details } from './contract/errors.ts';
export { HostProvider, useHost, usePlugins } from './react/provider.tsx';
export type { Bytes, Findings, ListedComponent, Plugin, RefusedPlugin } from './contract/plugin-list.ts';
export type { PluginList, Plugins } from './host/plugins.ts';
export type { CustomWidgetProps, Widget } from './host/loader.ts';
export type { Config } from './contract/data.ts';
export type { Cell, DashboardSpec, Panel, Row } from './contract/dashboard.ts';
export type { OwnHelpers, Widgets } from './helpers/helpers.ts';
export type { DashboardName } from './host/client.ts';
export type { Dashboards, Loaded } from './host/dashboard-store.ts';
export type { Explanation, Step } from './diagnosis/explain.ts';
export type { ActivityEntry, Origin } from './host/activity.ts';
export type { CrashBudget } from './host/crash-budget.ts';
export type { PluginHandle } from './host/handle.ts';
export type { Snapshot } from './host/store.ts';
export type { Disabled } from './host/trust.ts';
