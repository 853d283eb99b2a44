import { useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Button } from '../parts.tsx';
import type { code as english } from './texts.ts';
import { compare, type Run } from './compare.ts';
import { formatCode } from './format-code.ts';
import { PlaceList } from './place-list.tsx';
import { findPlaces, type Place } from './places.ts';

interface DiffViewProps {
  file: string;
  before: string;
  after: string;
  text: typeof english;
}

const SIGNS = { added: '+', removed: '−', equal: ' ' } as const;

const countOf = (runs: readonly Run[], kind: Run['kind']) =>
  runs.reduce((count, run) => count + (run.kind === kind ? run.lines.length : 0), 0);

/** Whether a line of the new version is not in the old one. */
const isNew = (runs: readonly Run[], line: number) =>
  runs.some(({ kind, from, lines }) => kind === 'added' && line >= from && line < from + lines.length);

/** A finding in a line that is new. */
interface NewPlace extends Place {
  /** Whether the old version has no finding of that name. */
  isNewName: boolean;
}

/**
 * The findings in new lines, those with names that the old version does not have first: a minified bundle has new names in nearly all its
 * lines, so that old findings are in new lines too.
 */
function findNews(
  runs: readonly Run[],
  oldPlaces: readonly Place[],
  newPlaces: readonly Place[],
): NewPlace[] {
  const known = new Set(oldPlaces.map(({ name }) => name));
  return newPlaces
    .filter(({ line }) => isNew(runs, line))
    .map((place) => ({ ...place, isNewName: !known.has(place.name) }))
    .toSorted((one, other) => Number(other.isNewName) - Number(one.isNewName));
}

/** The line of a place in the new version, if it is new. */
const lineOf = (shown: HTMLElement, { line }: Place) =>
  shown.querySelector<HTMLElement>(`[data-new="${line}"]`);

/** Scrolls the difference alone, not the page around it. */
function scrollTo(shown: HTMLElement, place: Place) {
  const line = lineOf(shown, place);
  if (!line) return;
  const distance = line.getBoundingClientRect().top - shown.getBoundingClientRect().top;
  shown.scrollTop += distance - shown.clientHeight / 3;
}

/** Shows the difference of two versions of a bundle, by lines of formatted code. It begins at the first finding that is new. */
export function DiffView({ file, before, after, text }: DiffViewProps) {
  const place = useRef<HTMLPreElement>(null);
  const { runs, isAsWritten, oldPlaces, newPlaces } = useMemo(() => {
    const [old, now] = [formatCode(before), formatCode(after)];
    return {
      runs: compare(old.text, now.text),
      isAsWritten: old.isAsWritten || now.isAsWritten,
      oldPlaces: findPlaces(old.text),
      newPlaces: findPlaces(now.text),
    };
  }, [before, after]);
  const news = useMemo(
    () => (runs ? findNews(runs, oldPlaces, newPlaces) : []),
    [runs, oldPlaces, newPlaces],
  );
  /** The index of the finding that is shown. */
  const [at, setAt] = useState(0);
  useLayoutEffect(() => {
    if (news[0]) scrollTo(place.current!, news[0]);
  }, [news]);
  if (!runs) return <p className="nvz-ui-note">{text.tooDifferent}</p>;
  const [added, removed] = [countOf(runs, 'added'), countOf(runs, 'removed')];
  function show(one: NewPlace) {
    setAt(news.indexOf(one));
    const line = lineOf(place.current!, one);
    line?.scrollIntoView({ block: 'center' });
    line?.focus();
  }
  // The focus stays on the button, which is pressed again.
  function showNext() {
    const next = (at + 1) % news.length;
    setAt(next);
    scrollTo(place.current!, news[next]!);
  }
  const shown = news[at];
  return (
    <div className="nvz-ui-code">
      <p className="nvz-ui-note">
        {added + removed === 0 ? text.equal : `${text.added(added)}, ${text.removed(removed)}`}
        {news.length > 0 && `. ${text.newPlaces}:`}
        {isAsWritten && ` ${text.asWritten}`}
      </p>
      {news.length > 0 && (
        <>
          <PlaceList title={text.newPlaces} places={news} text={text} onShow={show} />
          <div className="nvz-ui-row">
            <Button onPress={showNext}>{text.nextPlace}</Button>
            <span role="status" className="nvz-ui-note">
              {shown && text.atPlace(at + 1, news.length, shown.name, shown.line)}
            </span>
          </div>
        </>
      )}
      {added + removed > 0 && (
        <pre
          ref={place}
          className="nvz-ui-diff nvz-ui-scroll"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it
          tabIndex={0}
          role="region"
          aria-label={text.difference(file)}
          lang="en"
        >
          {runs.map((run, index) => (
            <Lines
              // oxlint-disable-next-line react/no-array-index-key -- runs do not move
              key={index}
              run={run}
              places={run.kind === 'removed' ? oldPlaces : newPlaces}
              news={news}
              shown={shown}
              text={text}
            />
          ))}
        </pre>
      )}
    </div>
  );
}

interface LinesProps {
  run: Run;
  /** Those of the version that has the lines. */
  places: readonly Place[];
  news: readonly NewPlace[];
  shown: NewPlace | undefined;
  text: typeof english;
}

function Lines({ run: { kind, lines, from }, places, news, shown, text }: LinesProps) {
  if (kind === 'gap')
    return <span className="nvz-ui-diff-line nvz-ui-diff-gap">… {text.unchanged(lines.length)}</span>;
  const Line = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : 'span';
  return lines.map((line, index) => {
    const number = from + index;
    return (
      <Line
        key={number}
        className={`nvz-ui-diff-line nvz-ui-diff-${kind}`}
        data-found={
          (kind === 'added' && news.find((place) => place.line === number && place.isNewName)?.name) ||
          undefined
        }
        data-line={number}
        data-new={kind === 'added' ? number : undefined}
        data-shown={(kind === 'added' && shown?.line === number) || undefined}
        tabIndex={-1}
      >
        {SIGNS[kind]}{' '}
        {marked(
          line,
          places.filter((place) => place.line === number),
        )}
      </Line>
    );
  });
}

/** A line with marks at its findings. */
function marked(line: string, places: readonly Place[]): ReactNode {
  const parts: ReactNode[] = [];
  let read = 0;
  for (const { name, column, from, to } of places) {
    // Inside of the one before it.
    if (column < read) continue;
    const end = column + to - from;
    parts.push(
      line.slice(read, column),
      <mark key={column} className="nvz-ui-place" title={name}>
        {line.slice(column, end)}
      </mark>,
    );
    read = end;
  }
  return [...parts, line.slice(read)];
}
