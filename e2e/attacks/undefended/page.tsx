import * as React from 'react';
import * as ReactJSXRuntime from 'react/jsx-runtime';
import { createRoot } from 'react-dom/client';

// A host as one writes it in an afternoon, for what attacks do where nothing stands against them. The document's own names,
// so that the very same plugins run here; no check, no copy, no boundary.

type Component = React.ComponentType<Record<string, unknown>>;

interface Listed {
  id: string;
  display_name?: string;
  frontend: { trusted: boolean; components: { name: string; path: string }[] };
}

interface PanelSource {
  type: string;
  component: string;
  label?: string;
  config?: Record<string, unknown>;
}

const TOKEN = 'nousviz_auth_token';
if (!localStorage.getItem(TOKEN)) localStorage.setItem(TOKEN, 'demo-session-token');

async function apiFetch(input: string | URL | Request, init: RequestInit = {}) {
  const token = localStorage.getItem(TOKEN)!;
  const response = await fetch(input, { ...init, headers: { ...init.headers, 'X-Session-Token': token } });
  if (response.status === 401) localStorage.removeItem(TOKEN);
  return response;
}

declare global {
  interface Window {
    NousViz: object;
    demoHost: object;
  }
}
// Members as they are: a module's namespace could not be changed.
window.NousViz ??= {
  React: { ...React },
  ReactJSXRuntime: { ...ReactJSXRuntime },
  widgets: { apiFetch },
};

const registry = { Clock: () => <p>the host’s clock</p> } as unknown as Record<string, Component>;
let trusted: Record<string, boolean> = {};
let listed: Listed[] = [];
let dashboard: { panels: PanelSource[] } | undefined;

const bundleUrl = (id: string, path: string) =>
  /^[a-z]+:/.test(path) ? path : `/api/plugins/${id}/widget/${path.slice(path.lastIndexOf('/') + 1)}`;

const load = (url: string) =>
  React.lazy(async () => {
    const module = (await import(url)) as { default: Component };
    if (typeof module.default !== 'function') throw new Error(`${url} did not export a component`);
    return module;
  });

function register({ id, frontend }: Listed) {
  if (!trusted[id]) return;
  for (const { name, path } of frontend.components) registry[name] = load(bundleUrl(id, path));
}

async function refresh() {
  const answer = (await (await apiFetch('/api/plugins')).json()) as { plugins: Listed[] };
  listed = answer.plugins;
  for (const { id, frontend } of listed) if (frontend.trusted) trusted[id] = true;
  listed.forEach(register);
  draw();
}

function merge(target: Record<string, unknown>, source: Record<string, unknown>) {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (typeof value === 'object' && value !== null && typeof target[key] === 'object')
      merge(target[key] as never, value as never);
    else target[key] = value;
  }
  return target;
}

const html = (text = '') => <h3 dangerouslySetInnerHTML={{ __html: text }} />;

function Panel({ pluginId, source }: { pluginId: string; source: PanelSource }) {
  const config = React.useMemo(() => merge({ live: {} }, source.config ?? {}), [source]);
  const name = String(config.component ?? source.component);
  const Widget = registry[name.slice(name.lastIndexOf('/') + 1)];
  return (
    <section data-panel={name.includes('/') ? name : `${pluginId}/${name}`}>
      {html(source.label)}
      <React.Suspense fallback={<p role="status">Loading</p>}>
        {Widget && (
          <Widget
            pluginId={pluginId}
            dashboardName="main"
            config={config}
            host={Reflect.get(window.NousViz, 'widgets')}
          />
        )}
      </React.Suspense>
    </section>
  );
}

function App({ path }: { path: string }) {
  const [, , id = ''] = path.split('/');
  return (
    <main>
      <button onClick={() => show('/')}>Leave</button>
      <button onClick={() => post(id, 'trust-frontend')}>Trust this plugin</button>
      {html(listed.find((plugin) => plugin.id === id)?.display_name)}
      {id &&
        // oxlint-disable-next-line react/no-array-index-key -- a panel is its place
        dashboard?.panels.map((source, index) => <Panel key={index} pluginId={id} source={source} />)}
    </main>
  );
}

const root = createRoot(document.querySelector('#root')!);
const draw = () => root.render(<App path={location.pathname} />);

async function show(path: string) {
  history.pushState(null, '', path);
  const [, , id, name] = path.split('/');
  const answer = id && (await apiFetch(`/api/plugins/${id}/dashboards/${name}`));
  dashboard = answer ? ((await answer.json()) as { panels: PanelSource[] }) : undefined;
  draw();
}

const post = (id: string, act: string) =>
  apiFetch(`/api/plugins/${id}/${act}`, { method: 'POST' }).then(refresh);

new BroadcastChannel('nousviz /api').addEventListener('message', ({ data }) => {
  const ids = (data as { trusted?: string[] }).trusted ?? [];
  trusted = { ...trusted, ...Object.fromEntries(ids.map((id) => [id, true])) };
  void refresh();
});

window.demoHost = {
  plugins: {
    refresh,
    trust: (id: string) => post(id, 'trust-frontend'),
    revoke: (id: string) => post(id, 'revoke-frontend-trust'),
  },
};

await refresh();
await show(location.pathname);
