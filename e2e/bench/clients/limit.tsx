import * as React from 'react';
import * as ReactJSXRuntime from 'react/jsx-runtime';
import { createRoot } from 'react-dom/client';

interface Panel {
  url: string;
  config: object;
}

window.NousViz = { React, ReactJSXRuntime };
const rows: Record<string, Panel[][]> = JSON.parse(document.getElementById('rows')!.textContent!);
const root = createRoot(document.getElementById('root')!);

window.bench.open = async (dashboard) => {
  const shown = rows[dashboard]!;
  const urls = shown.flat().map(({ url }) => url);
  const modules = await Promise.all(urls.map((url) => import(/* @vite-ignore */ url)));
  const widgets = new Map(urls.map((url, index) => [url, modules[index].default]));
  root.render(
    shown.map((panels) => (
      <div className="row" key={panels[0]!.url}>
        {panels.map(({ url, config }) => (
          <section key={url}>{React.createElement(widgets.get(url), { config })}</section>
        ))}
      </div>
    )),
  );
};
window.bench.open('first');
