/** The name that somebody who mistyped most likely meant. It prefers silence to a far-fetched guess. */

/** The known name nearest to `name`, letter case and dashes aside, or `undefined` if none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const asked = plain(name);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(asked.length / 3)) + 1;
  for (const each of known) {
    const distance = editDistance(asked, plain(each));
    if (distance < least) [best, least] = [each, distance];
  }
  return best;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, "");

/** Levenshtein, with two neighbours swapped as one edit. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? a.length;
}
