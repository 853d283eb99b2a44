import { javascript } from '@codemirror/lang-javascript';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { search, searchKeymap } from '@codemirror/search';
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
  '.cm-panels': {
    color: 'var(--nvz-text)',
    background: 'var(--nvz-muted)',
    borderColor: 'var(--nvz-border)',
  },
  '.cm-panel.cm-search': { fontSize: '0.8125rem' },
  '.cm-panel.cm-search [name=replace], .cm-panel.cm-search [name=replaceAll], .cm-panel.cm-search br ~ *': {
    display: 'none',
  },
  '.cm-textfield, .cm-button': {
    color: 'var(--nvz-text)',
    background: 'var(--nvz-card)',
    border: '1px solid var(--nvz-border)',
  },
});

const mark = Decoration.mark({ class: 'nvz-place' });

/** Makes the state of a read-only editor that shows JavaScript, with a search and marked places. */
export function editorState(
  text: string,
  places: readonly Place[],
  { label, phrases }: { label: string; phrases: Readonly<Record<string, string>> },
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
    search({ top: true }),
    keymap.of(searchKeymap),
    theme,
  ];
  return EditorState.create({ doc: text, extensions });
}
