import { diffLines } from 'diff';

/** A run of lines of a comparison. */
export interface Run {
  kind: 'added' | 'removed' | 'equal' | 'gap';
  lines: readonly string[];
  /** The number of the first line, counted from 1: of removed lines in the old text, of all others in the new one. */
  from: number;
}

/** The number of equal lines that are shown around a change. */
const CONTEXT = 3;
/** A comparison that takes longer is given up, in milliseconds. */
const PATIENCE = 4000;

const linesOf = (text: string) => text.replace(/\n$/, '').split('\n');

/** Ends the last line, which would else differ from the same line with others after it. */
const ended = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);

/** Shortens equal lines to those near a change. */
function shorten(lines: readonly string[], from: number, isFirst: boolean, isLast: boolean): Run[] {
  const [before, after] = [isFirst ? 0 : CONTEXT, isLast ? 0 : CONTEXT];
  if (lines.length <= before + after + 1) return [{ kind: 'equal', lines, from }];
  const end = lines.length - after;
  const runs: Run[] = [
    { kind: 'equal', lines: lines.slice(0, before), from },
    { kind: 'gap', lines: lines.slice(before, end), from: from + before },
    { kind: 'equal', lines: lines.slice(end), from: from + end },
  ];
  return runs.filter((run) => run.lines.length > 0);
}

/** Compares two texts by lines; `undefined` if they differ too much to be compared in time. */
export function compare(before: string, after: string, timeout = PATIENCE): Run[] | undefined {
  const changes = diffLines(ended(before), ended(after), { timeout });
  let [oldLine, newLine] = [1, 1];
  return changes?.flatMap(({ added, removed, value }, index): Run[] => {
    const lines = linesOf(value);
    const from = removed ? oldLine : newLine;
    if (!added) oldLine += lines.length;
    if (!removed) newLine += lines.length;
    if (added) return [{ kind: 'added', lines, from }];
    if (removed) return [{ kind: 'removed', lines, from }];
    return shorten(lines, from, index === 0, index === changes.length - 1);
  });
}
