import { createHostWithHelpers, formatters, Dashboard, HostProvider } from '@nousviz/widget-runtime';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const host = createHostWithHelpers({ ...formatters, cn: (...all: unknown[]) => all.join(' ') });

function App() {
  const [dashboard, setDashboard] = useState('first');
  useEffect(() => {
    window.bench.open = setDashboard;
  }, []);
  return (
    <>
      <a href="#third" onPointerEnter={() => void host.preload('plugin-0000', 'third')}>
        third
      </a>
      <Dashboard pluginId="plugin-0000" name={dashboard} />
    </>
  );
}

createRoot(document.getElementById('root')!).render(
  <HostProvider host={host}>
    <App />
  </HostProvider>,
);
