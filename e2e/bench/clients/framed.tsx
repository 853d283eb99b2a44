import { createHostWithHelpers, Dashboard, formatters, HostProvider } from '@nousviz/widget-runtime';
import { sandbox } from '@nousviz/widget-runtime/sandbox';
import { createRoot } from 'react-dom/client';
import { markFrames } from './mark-frames.ts';

markFrames();
// All panels in one column, as in an app whose dashboard is longer than the page.
const isColumn = location.hash === '#column';
const helpers = { ...formatters, cn: (...all: unknown[]) => all.join(' ') };

createRoot(document.getElementById('root')!).render(
  <HostProvider host={createHostWithHelpers(helpers, { sandbox: sandbox() })}>
    <Dashboard pluginId="plugin-0000" name={isColumn ? 'column' : 'first'} />
  </HostProvider>,
);
