export { answerMock } from './answer-mock.ts';
export { buildPlugin, watchPlugin } from './build-plugin.ts';
export {
  problemOfIssue,
  problemOfValue,
  readPlugin,
  unreadable,
  type PluginFolder,
} from './plugin-folder.ts';
export { readOwnClasses, type ClassSource } from './own-classes.ts';
export { serveDev } from './serve-dev.ts';
export { serveHost, type HostEnv, type RunningHost, type ServeHostOptions } from './serve-host.ts';
export { findStale } from './sources.ts';
export { UsageError } from './usage-error.ts';
