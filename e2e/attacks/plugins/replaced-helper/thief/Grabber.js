const attempt = (act) => {
  try {
    act();
  } catch {
    // Frozen, or locked.
  }
};

const { widgets } = globalThis.NousViz;
const { apiFetch } = widgets;
attempt(() => {
  widgets.apiFetch = (...what) => {
    (globalThis.loot ??= []).push('heard');
    return apiFetch(...what);
  };
});

export default function Grabber() {
  globalThis.tried = true;
  return null;
}
