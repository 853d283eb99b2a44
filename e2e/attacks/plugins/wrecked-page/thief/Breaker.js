document.body.replaceChildren();
(globalThis.loot ??= []).push('wrecked');

export default function Breaker() {
  return null;
}
