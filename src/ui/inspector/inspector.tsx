import {
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
} from 'react';
import { createPortal } from 'react-dom';
import { adoptSheet } from '../../diagnosis/index.ts';
import { internalsOf } from '../../host/index.ts';
import { useHost } from '../../react/index.ts';
import { prepareAnnouncements } from '../announce.ts';
import { mergeMessages, type Messages } from '../messages.ts';
import { Button } from '../parts.tsx';
import { Chain, Events, Facts, Waterfall } from './details.tsx';
import { Edge, useDock } from './dock.tsx';
import type { PanelRef } from './facts.ts';
import { Outline, useHovered } from './outline.tsx';
import { PanelActions } from './panel-actions.tsx';
import { SHEET } from './sheet.ts';
import { inspectorTexts, type InspectorTexts } from './texts.ts';
import { usePanels } from './use-panels.ts';

/** The props of {@link Inspector}. */
export interface InspectorProps {
  messages: Messages;
  /** The panel that is chosen first. */
  panel: string | undefined;
  onClose: () => void;
}

/** Calls the function when Escape is pressed in the inspector, or anywhere while a panel is picked. */
function useEscape(isOwn: (node: Node) => boolean, isPicking: boolean, onEscape: () => void) {
  useEffect(() => {
    const onKey = ({ key, target }: globalThis.KeyboardEvent) => {
      if (key === 'Escape' && (isPicking || isOwn(target as Node))) onEscape();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [isOwn, isPicking, onEscape]);
}

/** Moves the focus into the inspector, and back where it was when the inspector closes. */
function useFocus(heading: { current: HTMLElement | null }, isOwn: (node: Node) => boolean) {
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus();
    return () => {
      const { activeElement } = document;
      // The user may have moved it out of the inspector.
      const isLost = !activeElement || activeElement === document.body || isOwn(activeElement);
      if (isLost && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [heading, isOwn]);
}

interface TabsProps {
  panels: readonly PanelRef[];
  chosen: PanelRef | undefined;
  texts: InspectorTexts;
  controls: string;
  onChoose: (key: string) => void;
  onFocus: (panel: PanelRef | undefined) => void;
}

/** The panels of the page as vertical tabs: arrow keys, Home and End move between them. */
function Tabs({ panels, chosen, texts, controls, onChoose, onFocus }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const index = panels.findIndex(({ key }) => key === chosen?.key);
  const targets: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    Home: 0,
    End: panels.length - 1,
  };
  function onKeyDown(event: KeyboardEvent) {
    const next = panels.at((targets[event.key] ?? NaN) % panels.length);
    if (!(event.key in targets) || !next) return;
    event.preventDefault();
    onChoose(next.key);
    list.current!.querySelectorAll<HTMLElement>('[role=tab]')[panels.indexOf(next)]?.focus();
  }
  return (
    <div
      ref={list}
      role="tablist"
      aria-orientation="vertical"
      aria-label={texts.panels}
      className="nvz-ui-tabs"
    >
      {panels.map((panel, place) => {
        const isChosen = panel.key === chosen?.key;
        return (
          <button
            key={panel.key}
            id={`${controls}-${place}`}
            type="button"
            role="tab"
            aria-selected={isChosen}
            aria-controls={controls}
            tabIndex={isChosen ? 0 : -1}
            data-status={panel.status}
            onClick={() => onChoose(panel.key)}
            onKeyDown={onKeyDown}
            onFocus={() => onFocus(panel)}
            onBlur={() => onFocus(undefined)}
          >
            {panel.key} <span className="nvz-ui-sub">{texts.statuses[panel.status] ?? panel.status}</span>
          </button>
        );
      })}
    </div>
  );
}

/** The inspector itself: a landmark beside the page, which stays usable. */
export function Inspector({ messages, panel, onClose }: InspectorProps) {
  const host = useHost();
  const page = useMemo(() => internalsOf(host, '<PluginInspector>'), [host]);
  const texts = useMemo(() => mergeMessages(inspectorTexts, messages.inspector), [messages]);
  const element = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isOwn = useCallback(
    (node: Node) =>
      element.current?.contains(node) === true ||
      (node instanceof Element && node.closest('.nvz-ui-outline, [data-nvz-ui-live]') !== null),
    [],
  );
  const id = useId();
  const [wanted, choose] = useState(panel);
  const [isPicking, setPicking] = useState(false);
  const [focused, setFocused] = useState<PanelRef>();
  const { panels, chosen, facts } = usePanels(page, wanted, isOwn);
  const onPick = useCallback(({ key }: PanelRef) => {
    choose(key);
    setPicking(false);
    heading.current?.focus();
  }, []);
  const hovered = useHovered(panels, isPicking, onPick);
  useFocus(heading, isOwn);
  useEffect(prepareAnnouncements, []);
  useEscape(
    isOwn,
    isPicking,
    useCallback(() => (isPicking ? setPicking(false) : onClose()), [isPicking, onClose]),
  );
  useLayoutEffect(() => adoptSheet(element.current!, SHEET), []);
  const dock = useDock();
  const outlined = hovered ?? focused;
  const parts = facts && { facts, texts };
  return createPortal(
    <aside
      ref={element}
      className="nvz-ui nvz-ui-inspector"
      data-side={dock.side}
      style={dock.style}
      aria-labelledby={`${id}-title`}
      lang={messages.locale}
      dir={messages.direction}
    >
      <Edge dock={dock} texts={texts} />
      <header className="nvz-ui-head">
        <h2 ref={heading} id={`${id}-title`} tabIndex={-1} className="nvz-ui-title">
          {texts.title}
        </h2>
        <div className="nvz-ui-row">
          {dock.canMove && (
            <Button onPress={dock.move}>{dock.side === 'beside' ? texts.toBelow : texts.toBeside}</Button>
          )}
          <Button onPress={onClose}>{texts.close}</Button>
        </div>
      </header>
      <div className="nvz-ui-body">
        <p className="nvz-ui-note">{panels.length === 0 ? texts.empty : texts.hint}</p>
        <Button aria-pressed={isPicking} onPress={() => setPicking(!isPicking)}>
          {texts.pick}
        </Button>
        <p role="status" className="nvz-ui-note">
          {isPicking && texts.picking}
        </p>
        <Tabs
          {...{ panels, chosen, texts }}
          controls={`${id}-panel`}
          onChoose={choose}
          onFocus={setFocused}
        />
        {chosen && (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a tab panel is reached from its tab
          <div
            role="tabpanel"
            id={`${id}-panel`}
            aria-labelledby={`${id}-panel-${panels.indexOf(chosen)}`}
            tabIndex={0}
          >
            {parts ? (
              <>
                <h3>{chosen.key}</h3>
                <PanelActions key={chosen.key} page={page} {...parts} />
                <Facts {...parts} />
                <h4>{texts.chain}</h4>
                <Chain {...parts} />
                <h4>{texts.load}</h4>
                <Waterfall {...parts} />
                <h4>{texts.events}</h4>
                <Events {...parts} />
              </>
            ) : (
              <p>{texts.loading}</p>
            )}
          </div>
        )}
      </div>
      {outlined && <Outline panel={outlined} />}
    </aside>,
    document.body,
  );
}
