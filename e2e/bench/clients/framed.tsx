import { createHost, Dashboard, HostProvider } from '@nousviz/widget-runtime';
import { sandbox } from '@nousviz/widget-runtime/sandbox';
import { createRoot } from 'react-dom/client';
import { markFrames } from './mark-frames.ts';

markFrames();
// All panels in one column, as in an app whose dashboard is longer than the page.
const isColumn = location.hash === '#column';

createRoot(document.getElementById('root')!).render(
  <HostProvider host={createHost({ sandbox: sandbox() })}>
    <Dashboard pluginId="plugin-0000" name={isColumn ? 'column' : 'first'} />
  </HostProvider>,
);
