import { distance } from 'fastest-levenshtein';

/** A name with every letter in another place is as near as one with a letter more. */
const letters = (name: string): string => Array.from(name).sort().join('');

/**
 * The known names that a wrong one was probably meant to be, nearest first, at most three: a few edits
 * away, of the same letters in another order, or one beginning with the other.
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
      const edits = letters(typed) === letters(candidate) ? 1 : distance(typed, candidate);
      return { name, edits, near: begins || edits <= allowed };
    })
    .filter(({ near }) => near)
    .sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** ` (did you mean A or B?)`, or nothing. */
export function didYouMean(wrong: string, known: Iterable<string>): string {
  const near = nearMatches(wrong, known);
  return near.length === 0 ? '' : ` (did you mean ${near.join(' or ')}?)`;
}
