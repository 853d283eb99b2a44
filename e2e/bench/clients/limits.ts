import * as React from 'react';
import * as ReactJSXRuntime from 'react/jsx-runtime';

/** A panel that is to be drawn. */
export interface Shown {
  url: string;
  Widget: React.ComponentType<{ config: object }>;
  config: object;
}

type Rows = Record<string, Pick<Shown, 'url' | 'config'>[][]>;

/** A host that knows no more than rows of URLs: it imports what a dashboard shows and has it drawn, all at once. */
export async function start(draw: (rows: Shown[][]) => void) {
  window.NousViz = { React, ReactJSXRuntime };
  // The page has the rows, or has asked for them.
  const script = document.getElementById('rows') as HTMLScriptElement & { answer?: Promise<Rows> };
  const rows: Rows = script.answer ? await script.answer : JSON.parse(script.textContent!);
  window.bench.open = async (dashboard) => {
    const shown = rows[dashboard]!;
    const modules = await Promise.all(
      shown.flat().map(async ({ url }) => [url, await import(/* @vite-ignore */ url)] as const),
    );
    const widgets = new Map(modules.map(([url, module]) => [url, module.default]));
    draw(shown.map((panels) => panels.map((panel) => ({ ...panel, Widget: widgets.get(panel.url) }))));
  };
  window.bench.open('first');
}
