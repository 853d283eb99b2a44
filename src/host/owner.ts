/** The component that a panel shows, and the plugin that owns it. */
export interface Owner {
  pluginId: string;
  component: string;
}
