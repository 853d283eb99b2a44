import { openSearchPanel } from '@codemirror/search';
import { EditorView } from '@codemirror/view';
import { useEffect, useMemo, useRef } from 'react';
import type { Findings } from '../../contract/index.ts';
import type { code as english } from './texts.ts';
import { Button } from '../parts.tsx';
import { editorState } from './editor-state.ts';
import { formatCode } from './format-code.ts';
import { PlaceList } from './place-list.tsx';
import { findPlaces, type Place } from './places.ts';

interface CodeViewProps {
  file: string;
  code: string;
  findings: Findings | undefined;
  text: typeof english;
}

/** Selects a place and scrolls to it. */
function show(view: EditorView, { from, to }: Place) {
  view.dispatch({
    selection: { anchor: from, head: to },
    effects: EditorView.scrollIntoView(from, { y: 'center' }),
  });
  view.focus();
}

/** Shows the formatted code of a bundle, with a search and the places of what was found. */
export function CodeView({ file, code, findings, text }: CodeViewProps) {
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef<EditorView>(undefined);
  const formatted = useMemo(() => formatCode(code), [code]);
  const places = useMemo(() => findPlaces(formatted.text, findings), [formatted, findings]);
  useEffect(() => {
    // In a shadow root, neither the page's styles reach the editor nor its styles the page, and a strict policy permits them.
    const root = place.current!.shadowRoot ?? place.current!.attachShadow({ mode: 'open' });
    const state = editorState(formatted.text, places, { label: text.label(file), phrases: text.phrases });
    const view = new EditorView({ root, parent: root, state });
    shown.current = view;
    return () => view.destroy();
  }, [file, formatted, places, text]);
  return (
    <div className="nvz-ui-code">
      {formatted.isAsWritten && <p className="nvz-ui-note">{text.asWritten}</p>}
      <div className="nvz-ui-row">
        <Button onPress={() => openSearchPanel(shown.current!)}>{text.search}</Button>
        {places.length > 0 && <span className="nvz-ui-note">{text.places}</span>}
      </div>
      {places.length > 0 && (
        <PlaceList
          title={text.places}
          places={places}
          text={text}
          onShow={(one) => show(shown.current!, one)}
        />
      )}
      <div ref={place} className="nvz-ui-editor" dir="ltr" />
    </div>
  );
}
