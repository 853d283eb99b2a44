import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import type { PanelRef } from './facts.ts';

/** The panel below the pointer. In the picking mode a click chooses it, and the panel does not receive the click. */
export function useHovered(
  panels: readonly PanelRef[],
  isPicking: boolean,
  onPick: (panel: PanelRef) => void,
): PanelRef | undefined {
  const [hovered, setHovered] = useState<PanelRef>();
  useEffect(() => {
    const panelAt = ({ target }: Event) => {
      const found = target instanceof Element ? target.closest('[data-panel]') : null;
      return panels.find(({ element }) => element === found);
    };
    const onOver = (event: Event) => setHovered(panelAt(event));
    const onClick = (event: Event) => {
      const panel = isPicking ? panelAt(event) : undefined;
      if (!panel) return;
      event.preventDefault();
      event.stopPropagation();
      onPick(panel);
    };
    addEventListener('pointerover', onOver, true);
    addEventListener('click', onClick, true);
    return () => {
      removeEventListener('pointerover', onOver, true);
      removeEventListener('click', onClick, true);
    };
  }, [panels, isPicking, onPick]);
  return hovered;
}

/** Outlines a panel, with its plugin and component. */
export function Outline({ panel }: { panel: PanelRef }) {
  const { element, pluginId, component } = panel;
  const [, redraw] = useState(0);
  useEffect(() => {
    const onMove = () => redraw((count) => count + 1);
    const sizes = new ResizeObserver(onMove);
    sizes.observe(element);
    addEventListener('scroll', onMove, true);
    addEventListener('resize', onMove);
    return () => {
      sizes.disconnect();
      removeEventListener('scroll', onMove, true);
      removeEventListener('resize', onMove);
    };
  }, [element]);
  const { left, top, width, height } = element.getBoundingClientRect();
  return createPortal(
    <div
      className="nvz-ui nvz-ui-outline"
      aria-hidden
      // The name is above the panel where it is not cut off.
      data-above={top >= 24 || undefined}
      style={{ left, top, width, height }}
    >
      <span>
        {pluginId}/{component}
      </span>
    </div>,
    document.body,
  );
}
