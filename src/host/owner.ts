/** The owner of the component that a panel shows. */
export interface Owner {
  pluginId: string;
  component: string;
}
