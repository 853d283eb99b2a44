import { useEffect, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import {
  bundlePath,
  copyData,
  PRELOADED_ID,
  readDashboard,
  stepsOfPluginList,
  type DashboardLayout,
  type Panel,
  type Plugin,
} from '../../../src/contract/index.ts';
import { createWidgets, formatters } from '../../../src/helpers/index.ts';
import { createStore, publish, type Widget } from '../../../src/host/index.ts';
import { frameOf, Skeleton } from '../../../src/react/panel-frame.tsx';
import { WidgetRoot } from '../../../src/react/widget-root.tsx';

/**
 * The least that the contract demands of a page that shows a dashboard: the helpers and the host's React in `window.NousViz`, answers
 * that are read with care, only trusted bundles, frozen configs, and for each widget a root of its own with a boundary. Nothing
 * changes later: no other list, no failures, no revokes, no names without a plugin.
 */
const apiBase = '/api';
const cn = (...all: unknown[]) => all.join(' ');
const ownFetch = fetch.bind(globalThis);
const widgets = createWidgets(
  { apiBase, getSessionToken: () => null, fetch: ownFetch },
  { ...formatters, cn },
);
publish(widgets, true);

const { signal } = new AbortController();
const isHidden = createStore(false);
const ignore = () => {};
const hold = () => ignore;

interface Shown {
  name: string;
  rows: DashboardLayout['rows'];
  loaded: ReadonlyMap<string, Widget>;
}

/** Reads a dashboard with its part of the list, and imports its widgets. */
async function load(name: string, answer: { list: unknown; dashboard: unknown }): Promise<Shown> {
  const steps = stepsOfPluginList(answer.list, new Map());
  let step = steps.next();
  while (!step.done) step = steps.next();
  const plugins = new Map<string, Plugin>(step.value.list?.plugins.map((plugin) => [plugin.id, plugin]));
  const { rows } = readDashboard(answer.dashboard, name).layout!;
  const panels = rows.flatMap(({ cells }) => cells).map(({ panel }) => panel);
  const loading = panels.map(async ({ component = '' }) => {
    const [id = '', own] = component.split('/');
    const plugin = plugins.get(id);
    const declared = plugin?.components.find((one) => one.name === own);
    if (!plugin?.trusted || !declared) throw new Error(`${component} is not trusted.`);
    const url = apiBase + bundlePath(id, declared.filename, declared.sha256);
    return [component, (await import(/* @vite-ignore */ url)).default as Widget] as const;
  });
  return { name, rows, loaded: new Map(await Promise.all(loading)) };
}

function PanelOf({ panel, Shown }: { panel: Panel; Shown: Widget }) {
  const config = useMemo(() => copyData(panel.config), [panel.config]);
  const { component = '', label } = panel;
  const events = { hold, isHidden, onCrash: ignore, onFault: ignore };
  return (
    <section {...frameOf(component, 'ready', label || component)}>
      <WidgetRoot signal={signal} fallback={null} {...events}>
        <Shown pluginId={component.split('/')[0]!} dashboardName="" config={config} />
      </WidgetRoot>
    </section>
  );
}

// In the same task as the app's first render, which does not wait for it.
const answers = JSON.parse(document.getElementById(PRELOADED_ID)!.textContent!).answer;
const first = load('first', answers[0]);

function App() {
  const [shown, setShown] = useState<Shown>();
  useEffect(() => {
    void first.then(setShown);
    window.bench.open = async (name) => {
      const response = await widgets.apiFetch(`${apiBase}/plugins/plugin-0000/dashboards/${name}?with=list`);
      setShown(await load(name, await response.json()));
    };
  }, []);
  if (!shown) return <Skeleton label="first" />;
  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: '1rem' }}>
      {shown.rows.map(({ cells }) => (
        <div key={shown.name + cells[0]!.panel.key} style={{ display: 'flex', gap: '1rem' }}>
          {cells.map(({ panel, width }) => (
            <div key={panel.key} style={{ minWidth: 0, flex: `${width} 1 0px` }}>
              <PanelOf panel={panel} Shown={shown.loaded.get(panel.component!)!} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

createRoot(document.getElementById('root')!).render(<App />);
