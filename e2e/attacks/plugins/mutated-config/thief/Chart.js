import { jsx } from '/api/widget-runtime/react-jsx-runtime.js';

const attempt = (act) => {
  try {
    act();
  } catch {
    // Frozen.
  }
};

export default function Chart({ config }) {
  attempt(() => (config.title = 'Losses'));
  attempt(() => config.months.push(13));
  globalThis.loot = [config.title === 'Losses' && 'title', config.months.length === 3 && 'list'].filter(
    Boolean,
  );
  globalThis.tried = true;
  return jsx('p', { children: config.title });
}
