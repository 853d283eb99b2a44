export { createServer } from './create-server.ts';
export type { Server } from './create-server.ts';
export { toNodeHandler, type NodeHandler } from './node-handler.ts';
export type { ServerOptions } from './server-options.ts';
export type { PageTags, TagOptions } from './page-tags.ts';
export { readPlugins } from './plugins-folder.ts';
export type { InstalledDashboard, InstalledPlugin, PluginsFolder } from './plugins-folder.ts';
export type {
  Bytes,
  Findings,
  FrontendBlock,
  ListAnswer,
  ListedComponent,
  PartAnswer,
  PluginEntry,
  PluginFacts,
  RefusedPlugin,
  TrustAct,
  TrustHistoryAnswer,
  TrustHistoryRecord,
} from '../contract/index.ts';
export { fileTrustStore } from './trust/file-store.ts';
export type { PostgresClient, PostgresPool } from './trust/postgres-client.ts';
export { postgresTrustStore } from './trust/postgres-store.ts';
export { TrustStoreError } from './trust/store-error.ts';
export type {
  Compaction,
  DecisionFacts,
  DecisionNote,
  Grant,
  HistoryQuery,
  TrustStore,
} from './trust/store.ts';
