import { useEffect, useState, type ComponentType } from 'react';
import { createRoot } from 'react-dom/client';

interface Entry {
  id: string;
  component: string;
  url: string;
}

interface Panel {
  component: string;
  config: object;
  position: { row: number };
}

type Widget = ComponentType<{ config: object }>;
/** Loads a plugin's widget. */
export type Load = (entry: Entry) => Promise<Widget>;

const read = async <Answer,>(path: string): Promise<Answer> => (await fetch(path)).json();
const readList = async (path: string) => {
  const { plugins } = await read<{ plugins: Entry[] }>(path);
  return new Map(plugins.map((entry) => [`${entry.id}/${entry.component}`, entry]));
};
const readRows = async (dashboard: string) => {
  const { panels } = await read<{ panels: Panel[] }>(`/static/${dashboard}.json`);
  const rows: Panel[][] = [];
  for (const panel of panels) (rows[panel.position.row] ??= []).push(panel);
  return rows;
};

/**
 * Starts the app around a peer. It first requests list and dashboard together, and renders each widget when it is loaded. It does
 * not use lazy(), which React 19 throttles.
 *
 * @param list The URL of the plugin list.
 */
export function start(list: string, load: Load) {
  const plugins = readList(list);
  const first = readRows('first');

  function PanelOf({ panel }: { panel: Panel }) {
    const [Widget, setWidget] = useState<Widget>();
    useEffect(() => {
      void plugins
        .then((found) => load(found.get(panel.component)!))
        .then((loaded) => setWidget(() => loaded));
    }, [panel]);
    return <section>{Widget && <Widget config={panel.config} />}</section>;
  }

  function App() {
    const [rows, setRows] = useState<Panel[][]>([]);
    useEffect(() => {
      window.bench.open = (dashboard) => void readRows(dashboard).then(setRows);
      void first.then(setRows);
    }, []);
    return rows.map((panels) => (
      <div className="row" key={panels[0]!.component}>
        {panels.map((panel) => (
          <PanelOf key={panel.component} panel={panel} />
        ))}
      </div>
    ));
  }

  createRoot(document.getElementById('root')!).render(<App />);
}
