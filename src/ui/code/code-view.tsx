import { openSearchPanel } from '@codemirror/search';
import { EditorView } from '@codemirror/view';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Findings } from '../../contract/index.ts';
import type { code as english } from './texts.ts';
import { Button } from '../parts.tsx';
import { CodeSearch } from './code-search.tsx';
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

/** Shows the code of a bundle, formatted or as it was written, with a search and the places of what was found. */
export function CodeView({ file, code, findings, text }: CodeViewProps) {
  const place = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [isRaw, setRaw] = useState(false);
  const [{ view, at }, setEditor] = useState<{ view?: EditorView; at: number }>({ at: 0 });
  const formatted = useMemo(() => formatCode(code), [code]);
  const shown = isRaw ? code : formatted.text;
  const isFormatted = !isRaw && !formatted.isAsWritten;
  const places = useMemo(() => findPlaces(shown, findings), [shown, findings]);
  useEffect(() => {
    // In a shadow root, neither the page's styles reach the editor nor its styles the page, and a strict policy permits them.
    const root = place.current!.shadowRoot ?? place.current!.attachShadow({ mode: 'open' });
    const state = editorState(shown, places, {
      label: text.label(file, isFormatted),
      phrases: text.phrases,
      onSearch: () => field.current?.focus(),
      onSelect: (one, from) => setEditor({ view: one, at: from }),
    });
    const made = new EditorView({ root, parent: root, state });
    // Matches are marked as long as it is open; it is empty, since the search stands above the editor.
    openSearchPanel(made);
    made.dispatch({ selection: { anchor: 0 } });
    return () => made.destroy();
  }, [file, shown, isFormatted, places, text]);
  return (
    <div className="nvz-ui-code">
      {formatted.isAsWritten && <p className="nvz-ui-note">{text.asWritten}</p>}
      <div className="nvz-ui-row">
        <CodeSearch view={view} at={at} text={text} field={field} />
        {!formatted.isAsWritten && (
          <Button aria-pressed={isRaw} onPress={() => setRaw(!isRaw)}>
            {text.raw}
          </Button>
        )}
      </div>
      {places.length > 0 && (
        <>
          <p className="nvz-ui-note">{text.places}</p>
          <PlaceList title={text.places} places={places} text={text} onShow={(one) => show(view!, one)} />
        </>
      )}
      <div ref={place} className="nvz-ui-editor" dir="ltr" />
    </div>
  );
}
