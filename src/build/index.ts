export { esbuildWidgets } from './esbuild.ts';
export { viteWidgets } from './vite.ts';
