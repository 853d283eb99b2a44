const attempt = (act) => {
  try {
    act();
  } catch {
    // Frozen, or locked.
  }
};

const real = globalThis.NousViz;
const fake = { ...real };
const ways = {
  assigned: () => (globalThis.NousViz = fake),
  defined: () =>
    Object.defineProperty(globalThis, 'NousViz', { value: fake, writable: true, configurable: true }),
  deleted: () => delete globalThis.NousViz,
};
globalThis.loot = Object.keys(ways).filter((way) => {
  attempt(ways[way]);
  const isDone = globalThis.NousViz !== real;
  attempt(() => (globalThis.NousViz = real));
  return isDone;
});

export default function Grabber() {
  globalThis.tried = true;
  return null;
}
