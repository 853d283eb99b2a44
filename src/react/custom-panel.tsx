import type { Config } from '../contract/index.ts';
import { useStyled } from './panel-frame.tsx';
import { Panel } from './panel.tsx';
import { useInternals } from './provider.tsx';

/** The props of {@link CustomPanel}. */
export interface CustomPanelProps {
  /** The plugin whose dashboard has the panel; its own components have precedence (CONTRACT D4). */
  pluginId: string;
  /** `Name`, or `plugin-id/Name` for another plugin's component. */
  component: string;
  dashboardName: string;
  /** Plain data for the widget, which receives a frozen copy. @default {} */
  config?: Config;
  /** A heading above the widget. */
  label?: string | undefined;
}

const NO_CONFIG: Config = {};

/** Shows one component of a plugin, or why it cannot be shown (CONTRACT D, F, T1). */
export function CustomPanel({ config = NO_CONFIG, ...props }: CustomPanelProps) {
  const internals = useInternals('<CustomPanel>');
  return <Panel {...props} config={config} internals={internals} isStyled={useStyled()} />;
}
