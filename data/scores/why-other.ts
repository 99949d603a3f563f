import type { ScoreLog, ScoreRow } from '../schemas/score-log.js';
import { canonicalJson } from '../store/digests.js';

type Scores = Omit<ScoreLog, 'number' | 'replaces'>;

/** Symbols that a reason names. */
const NAMED = 5;

/**
 * Why a date that was scored before has another result now, for a person; undefined where the result is the same. Which
 * version of the program scored makes no difference as long as the numbers are equal.
 */
export function whyOther(before: ScoreLog, now: Scores): string | undefined {
  const reasons = [
    ...(before.role === now.role && before.decision === now.decision
      ? []
      : [`scored as ${describeRole(now)} now, as ${describeRole(before)} before`]),
    ...(before.source === now.source ? [] : [`bars of ${now.source} now, of ${before.source} before`]),
    ...changedBars(before, now),
  ];
  if (reasons.length > 0) return reasons.join('; ');
  const { codeVersion: _of, number: _at, replaces: _what, ...was } = before;
  const { codeVersion: _by, ...is } = now;
  if (canonicalJson(was) === canonicalJson(is)) return undefined;
  const rows = changedRows(before.rows, now.rows);
  return rows.length === 0
    ? 'the universe or the reference files changed'
    : `${before.codeVersion === now.codeVersion ? 'the universe or the reference files changed' : 'another version of the program'}: ${named(rows)}`;
}

function describeRole({ role, decision }: Scores): string {
  return decision === null ? role : `${role} (decision ${decision})`;
}

function changedBars(before: Scores, now: Scores): string[] {
  const [was, is] = [before.bars.series, now.bars.series];
  const both = Object.keys(was).filter((symbol) => symbol in is);
  const other = both.filter((symbol) => was[symbol] !== is[symbol]);
  const added = Object.keys(is).filter((symbol) => !(symbol in was));
  const gone = Object.keys(was).filter((symbol) => !(symbol in is));
  return [
    ...(other.length === 0 ? [] : [`bars were corrected: ${named(other)}`]),
    ...(added.length === 0 ? [] : [`bars came: ${named(added)}`]),
    ...(gone.length === 0 ? [] : [`bars are gone: ${named(gone)}`]),
  ];
}

function changedRows(before: readonly ScoreRow[], now: readonly ScoreRow[]): string[] {
  const was = new Map(before.map((row) => [row.symbol, canonicalJson(row)]));
  return now.filter((row) => was.get(row.symbol) !== canonicalJson(row)).map(({ symbol }) => symbol);
}

function named(symbols: readonly string[]): string {
  const more = symbols.length - NAMED;
  return `${[...symbols].sort().slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
