import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { onTestFinished, vi } from 'vitest';
import { settle } from '../../fixtures/vitest/settle.setup.ts';
import { createHost, type HostOptions, type Widget } from '../host/index.ts';
import { Counter } from './panel.test.kit.tsx';
import { HostProvider } from './provider.tsx';

/** Replaces the page's width, which jsdom does not have. @returns A function that makes the page narrow. */
export function stubWidth() {
  let narrow = false;
  let onChange = () => {};
  vi.stubGlobal('matchMedia', () => ({
    get matches() {
      return narrow;
    },
    addEventListener: (_: string, listener: () => void) => (onChange = listener),
    removeEventListener: () => (onChange = () => {}),
  }));
  return () => {
    narrow = true;
    onChange();
  };
}

/**
 * Makes a page with a real host, whose host API has one trusted plugin, `demo`, with one component, `Counter`.
 *
 * @param document Every dashboard of the plugin, as JSON.
 * @param widget The default export of the component's bundle.
 * @param more Further options of the host, the verdict about the plugin, and the schema of its component.
 */
export function openPage(
  document: unknown = {},
  widget: Widget = Counter,
  {
    verdict = { trusted: true },
    schema,
    ...options
  }: HostOptions & { verdict?: object; schema?: object } = {},
) {
  const components = [{ name: 'Counter', path: 'widget/dist/Counter.js', config: schema }];
  const list = { plugins: [{ id: 'demo', frontend: { ...verdict, components } }] };
  /** Answers the request for a dashboard. */
  const answer = vi.fn(async (_name: string) => Response.json(document));
  const host = createHost({
    lock: false,
    fetch: async (input) => {
      const { pathname } = new URL((input as Request).url);
      const [, name] = /\/dashboards\/(.+)$/.exec(pathname) ?? [];
      return name ? answer(name) : Response.json(list);
    },
    importModule: async () => ({ default: widget }),
    ...options,
  });
  onTestFinished(() => host.dispose());
  const page = (children: ReactNode) => <HostProvider host={host}>{children}</HostProvider>;
  return { host, answer, page, show: (children: ReactNode) => settle(() => render(page(children))) };
}

/** Returns the panels on the page in order, each with its status. */
export const frames = () =>
  [...document.querySelectorAll<HTMLElement>('[data-panel]')].map(
    ({ dataset }) => `${dataset.panel} ${dataset.status}`,
  );
