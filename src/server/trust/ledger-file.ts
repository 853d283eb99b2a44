import { createLedger, type Ledger } from './ledger.ts';
import { parseRecord } from './record.ts';
import type { Grant } from './store.ts';
import { createTail } from './tail.ts';

/** The state of a trust file at one moment. */
export interface LedgerState extends Pick<Ledger, 'lastConsents'> {
  /** The same map until the file changes. */
  grants: ReadonlyMap<string, Grant>;
}

/**
 * Makes a function that reads the state of a trust file. It parses each line once, also if the last one is incomplete. Its calls
 * must not overlap.
 *
 * @param skip Receives the number of each line that is not a record.
 */
export function createLedgerFile(
  file: string,
  skip: (line: number) => void = () => undefined,
): () => Promise<LedgerState> {
  let ledger = createLedger();
  let last: { rest: string; by: ReadonlyMap<string, Grant>; grants: ReadonlyMap<string, Grant> } | undefined;
  const readTail = createTail(file, {
    add(lines, first) {
      for (const [index, line] of lines.entries()) {
        const record = parseRecord(line);
        if (record) ledger.apply(record);
        else if (line.trim() !== '') skip(first + index);
      }
    },
    reset: () => void (ledger = createLedger()),
  });

  return async () => {
    const rest = await readTail();
    const by = ledger.grants();
    // The last record may lack its line end.
    if (last?.rest !== rest || last.by !== by) last = { rest, by, grants: ledger.grants(parseRecord(rest)) };
    return { grants: last.grants, lastConsents: ledger.lastConsents };
  };
}
