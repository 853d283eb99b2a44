globalThis.tried = true;

// A module with a function of this name is a promise to import(): this one never settles.
export function then() {}

export default function Breaker() {
  return 'never seen';
}
