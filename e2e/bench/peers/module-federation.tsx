import { createInstance } from '@module-federation/runtime';
import * as React from 'react';
import * as ReactJSXRuntime from 'react/jsx-runtime';
import { start, type Load } from '../clients/peer.tsx';

const share = (module: object) => ({
  version: React.version,
  lib: () => module,
  shareConfig: { singleton: true, requiredVersion: `^${React.version}` },
});
const federation = createInstance({
  name: 'host',
  remotes: [],
  shared: { react: share(React), 'react/jsx-runtime': share(ReactJSXRuntime) },
});

start('/static/remote.json', async ({ id, url }) => {
  federation.registerRemotes([{ name: id, entry: location.origin + url, type: 'module' }]);
  const module = await federation.loadRemote<{ default: Awaited<ReturnType<Load>> }>(`${id}/Widget`);
  return module!.default;
});
