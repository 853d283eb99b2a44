let count = 0;
setInterval(() => {
  count += 1;
  globalThis.loot = [count];
}, 10);

export default function Guest() {
  return 'a guest';
}
