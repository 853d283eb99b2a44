import { findNext, findPrevious, SearchQuery, setSearchQuery } from '@codemirror/search';
import type { EditorView } from '@codemirror/view';
import { useEffect, useId, useMemo, useState, type Ref } from 'react';
import { Button } from '../parts.tsx';
import type { code as english } from './texts.ts';

interface CodeSearchProps {
  /** Absent until it is there. */
  view: EditorView | undefined;
  /** The start of the selection in it. */
  at: number;
  text: typeof english;
  field: Ref<HTMLInputElement>;
}

/** The words are found as they are written, whatever their case. */
const queryOf = (search: string) => new SearchQuery({ search, literal: true });

/** The starts of all places that match. */
function startsOf(view: EditorView, words: string): number[] {
  const starts: number[] = [];
  const query = queryOf(words);
  const cursor = query.valid ? query.getCursor(view.state) : undefined;
  for (let next = cursor?.next(); next && !next.done; next = cursor?.next()) starts.push(next.value.from);
  return starts;
}

/** Searches the shown code: it counts the matches, goes from one to the next, and says if there is none. */
export function CodeSearch({ view, at, text, field }: CodeSearchProps) {
  const [words, setWords] = useState('');
  const id = useId();
  const starts = useMemo(() => (view ? startsOf(view, words) : []), [view, words]);
  // Also in another text, that of the same code as it is written.
  useEffect(() => {
    view?.dispatch({
      effects: setSearchQuery.of(queryOf(words)),
      // The match that is shown stays as long as it matches.
      selection: { anchor: view.state.selection.main.from },
    });
    if (view && words) findNext(view);
  }, [view, words]);
  const go = (move: typeof findNext) => void (view && words && move(view));
  return (
    <form
      role="search"
      className="nvz-ui-row nvz-ui-search"
      onSubmit={(event) => {
        event.preventDefault();
        go(findNext);
      }}
    >
      <label htmlFor={id} className="nvz-ui-label">
        {text.search}
      </label>
      <input
        ref={field}
        id={id}
        type="search"
        className="nvz-ui-field"
        spellCheck={false}
        autoComplete="off"
        value={words}
        onChange={({ target }) => setWords(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !event.shiftKey) return;
          event.preventDefault();
          go(findPrevious);
        }}
      />
      <Button onPress={() => go(findPrevious)}>{text.previous}</Button>
      <Button onPress={() => go(findNext)}>{text.next}</Button>
      <span role="status" className="nvz-ui-note">
        {words && (starts.length > 0 ? text.match(starts.indexOf(at) + 1, starts.length) : text.notFound)}
      </span>
    </form>
  );
}
