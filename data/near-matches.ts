/** Edits (insert, delete, replace, swap of neighbours) that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replace, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/**
 * The known names that a wrong one was probably meant to be, nearest first, at most three: a few edits
 * away, or one beginning with the other.
 */
export function nearMatches(wrong: string, known: Iterable<string>): string[] {
  const typed = wrong.toUpperCase();
  const allowed = Math.max(1, Math.floor(typed.length / 3));
  return [...known]
    .map((name) => {
      const candidate = name.toUpperCase();
      const begins =
        Math.min(typed.length, candidate.length) >= 3 &&
        (candidate.startsWith(typed) || typed.startsWith(candidate));
      const distance = editDistance(typed, candidate);
      return { name, distance, near: begins || distance <= allowed };
    })
    .filter(({ near }) => near)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** ` (did you mean A or B?)`, or nothing. */
export function didYouMean(wrong: string, known: Iterable<string>): string {
  const near = nearMatches(wrong, known);
  return near.length === 0 ? '' : ` (did you mean ${near.join(' or ')}?)`;
}
