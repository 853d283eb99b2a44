import { javascript } from '@codemirror/lang-javascript';
import { forceParsing, HighlightStyle, syntaxHighlighting, syntaxTreeAvailable } from '@codemirror/language';
import { findNext, findPrevious, search } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { Decoration, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Place } from './places.ts';

// Mixed with the text's colour, so that the colours are legible in light and in dark.
const mix = (color: string) => `color-mix(in srgb, ${color} 45%, var(--nvz-text))`;

const highlight = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword],
    color: mix('#7c3aed'),
    fontWeight: '600',
  },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: mix('#15803d') },
  { tag: [tags.number, tags.bool, tags.null], color: mix('#b45309') },
  { tag: [tags.propertyName, tags.function(tags.variableName)], color: mix('#1d4ed8') },
]);

const theme = EditorView.theme({
  '&': {
    maxHeight: '28rem',
    color: 'var(--nvz-text)',
    background: 'var(--nvz-card)',
    border: '1px solid var(--nvz-border)',
    borderRadius: 'calc(var(--nvz-radius) * 0.75)',
    fontSize: '0.75rem',
  },
  '&.cm-focused': { outline: '2px solid var(--nvz-ring)', outlineOffset: '2px' },
  '.cm-scroller': { overflow: 'auto', fontFamily: 'var(--nvz-mono)' },
  '.cm-gutters': { color: 'var(--nvz-quiet)', background: 'var(--nvz-muted)', border: '0' },
  '.cm-content': { outline: 'none' },
  '.nvz-place': {
    background: 'color-mix(in srgb, var(--nvz-warn) 30%, transparent)',
    outline: '1px solid var(--nvz-warn)',
  },
  '.cm-panels': { display: 'none' },
  '& .cm-searchMatch': { background: 'color-mix(in srgb, var(--nvz-accent) 22%, transparent)' },
  '& .cm-searchMatch-selected': {
    background: 'color-mix(in srgb, var(--nvz-accent) 18%, transparent)',
    outline: '2px solid var(--nvz-accent)',
  },
});

/** How long the editor reads the code at once, and then rests, in milliseconds. */
const TURN = 100;
const REST = 20;

/** Reads the code on to what is in view. On its own the editor gives up after some seconds, and slow machines see no colours. */
function readOn(view: EditorView) {
  if (!view.dom.isConnected || forceParsing(view, view.viewport.to, TURN)) return;
  setTimeout(() => readOn(view), REST);
}

/** Colours what is in view, also at the end of long code. */
const colourView = EditorView.updateListener.of(({ view, viewportChanged }) => {
  // Not during the update.
  if (viewportChanged && !syntaxTreeAvailable(view.state, view.viewport.to))
    setTimeout(() => readOn(view), 0);
});

interface EditorOptions {
  label: string;
  phrases: Readonly<Record<string, string>>;
  /** Called for the keys of a search. */
  onSearch: () => void;
  /** Called when another place is selected. */
  onSelect: (view: EditorView, from: number) => void;
}

const mark = Decoration.mark({ class: 'nvz-place' });

/** Makes the state of a read-only editor that shows JavaScript, with a search and marked places. */
export function editorState(
  text: string,
  places: readonly Place[],
  { label, phrases, onSearch, onSelect }: EditorOptions,
): EditorState {
  const extensions: Extension[] = [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorState.phrases.of(phrases),
    EditorView.contentAttributes.of({
      tabindex: '0',
      role: 'textbox',
      'aria-readonly': 'true',
      'aria-label': label,
    }),
    EditorView.decorations.of(
      Decoration.set(
        places.map(({ from, to }) => mark.range(from, to)),
        true,
      ),
    ),
    lineNumbers(),
    EditorView.lineWrapping,
    javascript(),
    syntaxHighlighting(highlight),
    search({
      // It is hidden. Of one at the bottom, the editor would keep matches clear, and scroll past them.
      createPanel: () => ({ dom: document.createElement('div'), top: true }),
      scrollToMatch: (range) => EditorView.scrollIntoView(range, { y: 'center' }),
    }),
    keymap.of([
      { key: 'Mod-f', run: () => (onSearch(), true) },
      { key: 'F3', run: findNext, shift: findPrevious },
      { key: 'Mod-g', run: findNext, shift: findPrevious },
    ]),
    EditorView.updateListener.of(
      ({ view, state, selectionSet }) => selectionSet && onSelect(view, state.selection.main.from),
    ),
    colourView,
    theme,
  ];
  return EditorState.create({ doc: text, extensions });
}
