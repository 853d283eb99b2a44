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

// Without the links in view, so that the cell without a hovered link stays one.
preloadLinks(
  host,
  ({ hash }) => (hash === '#third' ? { pluginId: 'plugin-0000', name: 'third' } : undefined),
  { inView: false },
);

function App() {
  const [dashboard, setDashboard] = useState('first');
  useEffect(() => {
    window.bench.open = setDashboard;
  }, []);
  return (
    <>
      <a href="#third">third</a>
      <Dashboard pluginId="plugin-0000" name={dashboard} />
    </>
  );
}

createRoot(document.getElementById('root')!).render(
  <HostProvider host={host}>
    <App />
  </HostProvider>,
);
