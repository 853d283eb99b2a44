import { createHost, Dashboard, HostProvider } from '@nousviz/widget-runtime';
import { createRoot } from 'react-dom/client';
import './host.css';

const host = createHost();
// A longer path is a page without a dashboard.
const [, name, ...rest] = location.pathname.split('/');

createRoot(document.getElementById('root')!).render(
  <HostProvider host={host}>
    <button onMouseEnter={() => void host.preload('sales', 'assets')}>Preload</button>
    {rest.length === 0 && <Dashboard pluginId="sales" name={name || 'overview'} />}
  </HostProvider>,
);
