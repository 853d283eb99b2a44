import { createLedger, type Ledger } from './ledger.ts';
import { parseRecord } from './record.ts';
import type { Grant } from './store.ts';
import { createTail } from './tail.ts';

/** The state of a trust file at one moment. */
export interface LedgerState extends Pick<Ledger, 'lastConsents' | 'factsOf' | 'isDecided' | 'hasConsented'> {
  /** The same map until the file changes. */
  grants: ReadonlyMap<string, Grant>;
}

/**
 * Makes a function that reads the state of a trust file. It parses each line once, also if the last one is incomplete. Its calls
 * must not overlap.
 *
 * @param skip Receives the number of each line that is not a record, and of each decision that cannot be read, with its plugin.
 */
export function createLedgerFile(
  file: string,
  skip: (line: number, pluginId?: string) => void = () => undefined,
): () => Promise<LedgerState> {
  let ledger = createLedger();
  let last:
    | { rest: string; by: ReadonlyMap<string, Grant>; grants: ReadonlyMap<string, Grant>; id?: string }
    | undefined;
  const readTail = createTail(file, {
    add(lines, first) {
      for (const [index, line] of lines.entries()) {
        const record = parseRecord(line);
        if (record) ledger.apply(record);
        if (record ? record.action === 'unknown' : line.trim() !== '') skip(first + index, record?.plugin_id);
      }
    },
    reset: () => void (ledger = createLedger()),
  });

  return async () => {
    const rest = await readTail();
    const by = ledger.grants();
    // The last record may lack its line end.
    if (last?.rest !== rest || last.by !== by) {
      const record = parseRecord(rest);
      last = { rest, by, grants: ledger.grants(record), ...(record && { id: record.plugin_id }) };
    }
    const [{ grants, id: lastId }, { lastConsents, factsOf, isDecided, hasConsented }] = [last, ledger];
    return {
      grants,
      lastConsents,
      hasConsented,
      isDecided: (id) => id === lastId || isDecided(id),
      // The last record may say something else.
      factsOf: (id, waiting) => (id === lastId ? undefined : factsOf(id, waiting)),
    };
  };
}
