const attempt = (act) => {
  try {
    act();
  } catch {
    // Frozen, or locked.
  }
};

const { React } = globalThis.NousViz;
const { createElement } = React;
attempt(() => {
  React.createElement = (...what) => {
    (globalThis.loot ??= []).push('seen');
    return createElement(...what);
  };
});

export default function Grabber() {
  globalThis.tried = true;
  return null;
}
