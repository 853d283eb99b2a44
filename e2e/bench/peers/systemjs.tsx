import 'systemjs/dist/system.min.js';
import * as React from 'react';
import * as ReactJSXRuntime from 'react/jsx-runtime';
import { start, type Load } from '../clients/peer.tsx';

System.set('app:react', React);
System.set('app:react-jsx-runtime', ReactJSXRuntime);
System.addImportMap({ imports: { react: 'app:react', 'react/jsx-runtime': 'app:react-jsx-runtime' } });

start('/static/system.json', async ({ url }) => {
  const { default: Widget } = await System.import<{ default: Awaited<ReturnType<Load>> }>(url);
  return Widget;
});
