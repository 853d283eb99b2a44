import { start } from './peer.tsx';

start('/static/bare.json', async ({ url }) => (await import(/* @vite-ignore */ url)).default);
