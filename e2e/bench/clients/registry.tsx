import { createHost, CustomPanel, HostProvider } from '@nousviz/widget-runtime';
import { createRoot } from 'react-dom/client';

const Text = ({ config }: { config: { label?: string } }) => {
  window.bench.rendered();
  return <p className="shown-first">{config.label}</p>;
};
const Other = () => null;

const pluginOf = (id: string, name: string) => ({
  id,
  name: id,
  version: '1.0.0',
  frontend: { components: [{ name, path: `widget/${name}.js` }], trusted: true, needs_consent: false },
});
const shown = Array.from({ length: window.bench.panels }, (_, index) => ({
  id: `shown-${index}`,
  component: `Shown${index}`,
  config: { label: `Panel ${index}` },
}));
let plugins = shown.map(({ id, component }) => pluginOf(id, component));

const host = createHost({
  fetch: async () => Response.json({ plugins }),
  importModule: async () => ({ default: Text }),
});

// Global, so that its entries stay on the measured heap.
const map = new Map<string, unknown>();

/** The timed operations: each adds `count` new names without a panel. The names are new strings, like those of a parsed list. */
const acts: Record<string, (count: number) => unknown> = {
  map(count) {
    for (let index = 0; index < count; index += 1) map.set(`Other${index}`, Other);
  },
  register(count) {
    for (let index = 0; index < count; index += 1) host.register(`Other${index}`, Other);
  },
  list(count) {
    plugins = [
      ...plugins,
      ...Array.from({ length: count }, (_, index) => pluginOf(`listed-${index}`, `Listed${index}`)),
    ];
    return host.plugins.refresh();
  },
};

const nextTask = () => new Promise((done) => setTimeout(done));

window.addNames = async (name, count) => {
  const renders = window.bench.renders;
  const start = performance.now();
  // Includes asynchronous work.
  await acts[name]!(count);
  const time = performance.now() - start;
  // React renders in separate tasks.
  for (let task = 0; task < 5; task += 1) await nextTask();
  return { time, renders: window.bench.renders - renders };
};

createRoot(document.getElementById('root')!).render(
  <HostProvider host={host}>
    {shown.map(({ id, component, config }) => (
      <CustomPanel key={id} pluginId={id} component={component} dashboardName="first" config={config} />
    ))}
  </HostProvider>,
);
