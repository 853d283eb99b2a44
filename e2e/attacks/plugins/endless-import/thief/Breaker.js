globalThis.tried = true;
await new Promise(() => {});

export default function Breaker() {
  return 'never seen';
}
