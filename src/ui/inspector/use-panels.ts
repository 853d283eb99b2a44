import { useEffect, useState } from 'react';
import { tokensOf } from '../../diagnosis/report.ts';
import type { HostInternals } from '../../host/index.ts';
import { factsOf, findPanels, type PanelRef, type WidgetFacts } from './facts.ts';

/** The time between two readings of the page, in milliseconds. */
const PACE = 250;

/** What starts a reading: the page's stores, and changes of the document outside of the inspector. */
function watchPage(page: HostInternals, isOwn: (node: Node) => boolean, onChange: () => void) {
  const { plugins, registry, host } = page;
  const ends = [plugins, registry.components, host.activity].map((store) => store.subscribe(onChange));
  const observer = new MutationObserver((records) => {
    if (records.some(({ target }) => !isOwn(target))) onChange();
  });
  observer.observe(document.body, {
    childList: true,
    characterData: true,
    subtree: true,
    attributeFilter: ['data-panel', 'data-status', 'data-code'],
  });
  return () => {
    observer.disconnect();
    for (const end of ends) end();
  };
}

/** The panels of the page, and what is known about one of them. */
export interface Reading {
  panels: readonly PanelRef[];
  chosen: PanelRef | undefined;
  facts: WidgetFacts | undefined;
}

/**
 * Reads the page as long as the inspector is open, at most four times in a second.
 *
 * @param wanted The key of the chosen panel. @default the first panel
 * @param isOwn Whether a node is a part of the inspector.
 */
export function usePanels(
  page: HostInternals,
  wanted: string | undefined,
  isOwn: (node: Node) => boolean,
): Reading {
  const [reading, setReading] = useState<Reading>({ panels: [], chosen: undefined, facts: undefined });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let latest = 0;
    async function read() {
      const number = (latest += 1);
      const panels = findPanels();
      const chosen = panels.find(({ key }) => key === wanted) ?? panels[0];
      const facts = chosen && (await factsOf(page, chosen, await tokensOf(page)));
      if (number === latest) setReading({ panels, chosen, facts });
    }
    const onChange = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void read();
      }, PACE);
    };
    void read();
    const end = watchPage(page, isOwn, onChange);
    return () => {
      latest += 1;
      clearTimeout(timer);
      end();
    };
  }, [page, wanted, isOwn]);
  return reading;
}
