export default function Breaker() {
  globalThis.renders = (globalThis.renders ?? 0) + 1;
  throw new Error('again');
}
