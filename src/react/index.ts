export { commitsOf } from './commits.ts';
export { CustomPanel, type CustomPanelProps } from './custom-panel.tsx';
export { Dashboard, type DashboardProps } from './dashboard.tsx';
export { Skeleton } from './panel-frame.tsx';
export type { Fault } from './watch-root.ts';
export { startWidget, widgetPlace, type RunningWidget } from './widget-root.tsx';
export { FailureCard } from './failure-card.tsx';
export type { PanelPlace, RenderPanel } from './host-panel.tsx';
export { HostContext, HostProvider, useComponents, useHost, usePlugins } from './provider.tsx';
