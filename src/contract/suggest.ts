/** How many letters must be added, dropped or exchanged to turn one word into another. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const exchanged = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The up to three names that somebody who wrote `name` may have meant, nearest first. */
export function suggest(name: string, names: readonly string[]): string[] {
  const wanted = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  const most = Math.max(2, Math.floor(wanted.length / 3));
  return names
    .map((full) => ({ full, bare: full.slice(full.lastIndexOf('/') + 1).toLowerCase() }))
    .filter(({ bare }) => Math.abs(bare.length - wanted.length) <= most)
    .map(({ full, bare }) => ({ full, far: distance(wanted, bare) }))
    .filter(({ far }) => far <= most)
    .toSorted((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ full }) => full);
}
