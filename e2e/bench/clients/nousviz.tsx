import {
  createHostWithHelpers,
  formatters,
  Dashboard,
  HostProvider,
  preloadLinks,
} from '@nousviz/widget-runtime';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const host = createHostWithHelpers({ ...formatters, cn: (...all: unknown[]) => all.join(' ') });

preloadLinks(host, ({ hash }) => (hash ? { pluginId: 'plugin-0000', name: hash.slice(1) } : undefined));

function App() {
  const [dashboard, setDashboard] = useState('first');
  const [links, setLinks] = useState<string[]>([]);
  useEffect(() => {
    window.bench.open = setDashboard;
    window.bench.link = (name) => setLinks((before) => [...before, name]);
  }, []);
  return (
    <>
      {links.map((name) => (
        <a key={name} href={`#${name}`}>
          {name}
        </a>
      ))}
      <Dashboard pluginId="plugin-0000" name={dashboard} />
    </>
  );
}

createRoot(document.getElementById('root')!).render(
  <HostProvider host={host}>
    <App />
  </HostProvider>,
);
