import type { WidgetError } from '../contract/index.ts';
import type { Widgets } from '../helpers/index.ts';
import type { CrashBudget } from './crash-budget.ts';
import type { DashboardStore, LoadDashboard } from './dashboard-store.ts';
import type { Host } from './host.ts';
import type { Registry } from './registry.ts';
import type { Owner } from './owner.ts';
import type { Sandbox, SandboxPage } from './sandbox.ts';

/** The parts of a host that only panels use; they receive it through React's context. */
export interface HostInternals extends SandboxPage {
  readonly host: Host;
  readonly dashboards: DashboardStore;
  readonly loadDashboard: LoadDashboard;
  readonly registry: Registry;
  readonly helpers: Widgets;
  readonly crashBudget: CrashBudget;
  /** Runs sandboxed plugins; without it they do not run. */
  readonly sandbox?: Sandbox | undefined;
  /** Loads a failed component again, or the plugin list if that is what failed. */
  retry(pluginId: string, name: string): void;
  /** Diagnoses a crash. `hash` is the SHA-256 of the bytes that ran, if it is known. Never rejects. */
  explainCrash(owner: Owner & { hash?: string | undefined }, cause: unknown): Promise<WidgetError>;
}
