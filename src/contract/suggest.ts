/** The Levenshtein distance of two strings: the number of letters to add, remove or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Suggests up to three names that resemble `name`, the most similar first. */
export function suggest(name: string, names: readonly string[]): string[] {
  const wanted = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  return names
    .map((full) => ({ full, bare: full.slice(full.lastIndexOf('/') + 1).toLowerCase() }))
    .filter(({ bare }) => Math.abs(bare.length - wanted.length) <= limit)
    .map(({ full, bare }) => ({ full, edits: distance(wanted, bare) }))
    .filter(({ edits }) => edits <= limit)
    .toSorted((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ full }) => full);
}
