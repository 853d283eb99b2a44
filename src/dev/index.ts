export { answerMock } from './answer-mock.ts';
export { serveHost, type HostEnv, type RunningHost, type ServeHostOptions } from './serve-host.ts';
