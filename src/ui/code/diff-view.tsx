import { useMemo, useRef, type ReactNode } from 'react';
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

/** Shows the difference of two versions of a bundle, by lines of formatted code, with the places of what was found. */
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
  if (!runs) return <p className="nvz-ui-note">{text.tooDifferent}</p>;
  const [added, removed] = [countOf(runs, 'added'), countOf(runs, 'removed')];
  const news = newPlaces.filter(({ line }) => isNew(runs, line));
  const show = ({ line }: Place) => {
    const shown = place.current!.querySelector<HTMLElement>(`[data-new="${line}"]`)!;
    shown.scrollIntoView({ block: 'center' });
    shown.focus();
  };
  return (
    <div className="nvz-ui-code">
      <p className="nvz-ui-note">
        {added + removed === 0 ? text.equal : `${text.added(added)}, ${text.removed(removed)}`}
        {news.length > 0 && `. ${text.newPlaces}:`}
        {isAsWritten && ` ${text.asWritten}`}
      </p>
      {news.length > 0 && <PlaceList title={text.newPlaces} places={news} text={text} onShow={show} />}
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
  text: typeof english;
}

function Lines({ run: { kind, lines, from }, places, text }: LinesProps) {
  if (kind === 'gap')
    return <span className="nvz-ui-diff-line nvz-ui-diff-gap">… {text.unchanged(lines.length)}</span>;
  const Line = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : 'span';
  return lines.map((line, index) => {
    const number = from + index;
    return (
      <Line
        key={number}
        className={`nvz-ui-diff-line nvz-ui-diff-${kind}`}
        data-line={number}
        data-new={kind === 'added' ? number : undefined}
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
