import { useMemo } from 'react';
import type { code as english } from './texts.ts';
import { compare, type Run } from './compare.ts';
import { formatCode } from './format-code.ts';

interface DiffViewProps {
  file: string;
  before: string;
  after: string;
  text: typeof english;
}

const SIGNS = { added: '+', removed: '−', equal: ' ' } as const;

const countOf = (runs: readonly Run[], kind: Run['kind']) =>
  runs.reduce((count, run) => count + (run.kind === kind ? run.lines.length : 0), 0);

/** Shows the difference of two versions of a bundle, by lines of formatted code. */
export function DiffView({ file, before, after, text }: DiffViewProps) {
  const [runs, isAsWritten] = useMemo(() => {
    const [old, now] = [formatCode(before), formatCode(after)];
    return [compare(old.text, now.text), old.isAsWritten || now.isAsWritten] as const;
  }, [before, after]);
  if (!runs) return <p className="nvz-ui-note">{text.tooDifferent}</p>;
  const [added, removed] = [countOf(runs, 'added'), countOf(runs, 'removed')];
  return (
    <div className="nvz-ui-code">
      <p className="nvz-ui-note">
        {added + removed === 0 ? text.equal : `${text.added(added)}, ${text.removed(removed)}`}
        {isAsWritten && ` ${text.asWritten}`}
      </p>
      {added + removed > 0 && (
        <pre
          className="nvz-ui-diff nvz-ui-scroll"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard scrolls it
          tabIndex={0}
          role="region"
          aria-label={text.difference(file)}
          lang="en"
        >
          {runs.map((run, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- runs do not move
            <Lines key={index} run={run} text={text} />
          ))}
        </pre>
      )}
    </div>
  );
}

function Lines({ run: { kind, lines }, text }: { run: Run; text: typeof english }) {
  if (kind === 'gap')
    return <span className="nvz-ui-diff-line nvz-ui-diff-gap">… {text.unchanged(lines.length)}</span>;
  const Line = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : 'span';
  return lines.map((line, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- lines do not move
    <Line key={index} className={`nvz-ui-diff-line nvz-ui-diff-${kind}`}>
      {SIGNS[kind]} {line}
    </Line>
  ));
}
