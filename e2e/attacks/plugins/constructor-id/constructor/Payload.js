(globalThis.loot ??= []).push('ran');

export default function Payload() {
  return 'payload';
}
