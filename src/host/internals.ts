import type { WidgetError } from '../contract/index.ts';
import type { Widgets } from '../helpers/index.ts';
import type { Activity } from './activity.ts';
import type { CrashBudget } from './crash-budget.ts';
import type { DashboardStore } from './dashboard-store.ts';
import type { Host } from './host.ts';
import type { PluginStore } from './plugins.ts';
import type { Registry } from './registry.ts';
import type { Owner } from './owner.ts';

/** What only panels need of a host; React's context carries it to them. */
export interface HostInternals {
  readonly host: Host;
  readonly plugins: PluginStore;
  readonly dashboards: DashboardStore;
  readonly registry: Registry;
  readonly helpers: Widgets;
  /** Milliseconds after which a widget that is still loading is reported as late. */
  readonly loadTimeout: number;
  readonly crashBudget: CrashBudget;
  /** `apiFetch` on a plugin's behalf. */
  readonly request: Activity['request'];
  /** Tries a failed component again, or the plugin list where that is what failed. */
  retry(pluginId: string, name: string): void;
  /** Writes an error's line to the console, once. */
  report(error: WidgetError): void;
  /** Finds out why a widget crashed. Never rejects. */
  explainCrash(owner: Owner, cause: unknown): Promise<WidgetError>;
}
