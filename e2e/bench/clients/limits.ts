import * as React from 'react';
import * as ReactJSXRuntime from 'react/jsx-runtime';

/** A panel to render. */
export interface Shown {
  url: string;
  Widget: React.ComponentType<{ config: object }>;
  config: object;
}

type Rows = Record<string, Pick<Shown, 'url' | 'config'>[][]>;

/** Starts a minimal host: it imports all widgets of a dashboard and renders them together. */
export async function start(render: (rows: Shown[][]) => void) {
  window.NousViz = { React, ReactJSXRuntime };
  // The page contains the rows or has already requested them.
  const script = document.getElementById('rows') as HTMLScriptElement & { answer?: Promise<Rows> };
  const rows: Rows = script.answer ? await script.answer : JSON.parse(script.textContent!);
  window.bench.open = async (dashboard) => {
    const shown = rows[dashboard]!;
    const modules = await Promise.all(
      shown.flat().map(async ({ url }) => [url, await import(/* @vite-ignore */ url)] as const),
    );
    const widgets = new Map(modules.map(([url, module]) => [url, module.default]));
    render(shown.map((panels) => panels.map((panel) => ({ ...panel, Widget: widgets.get(panel.url) }))));
  };
  window.bench.open('first');
}
