import type { MarketMove } from '../../data/bars/action-evidence.js';
import { gapEvidence } from '../../data/bars/action-evidence.js';
import type { ActionRule } from '../../data/bars/settle-actions.js';
import { settleActions } from '../../data/bars/settle-actions.js';
import type { Calendar } from '../../data/calendar/calendar.js';
import { log } from '../../data/math/log.js';
import { median } from '../../data/math/median.js';
import type { SeriesRecord } from '../../data/schemas/ingest.js';
import { refusalOf } from './ingest-series.js';
import type { SeriesDays } from './twins.js';

/** With fewer symbols than this, the market's move is not known. */
const MIN_SYMBOLS = 5;

/**
 * Decides on the corporate actions that were left open when each symbol was read, with the market's move taken out
 * of each gap: an action of 5 % looks like a bad morning, unless the other symbols had none.
 *
 * @param records In any order; those that are settled come out without `unsettledActions`.
 * @param days Of the symbols that are used.
 */
export function settleSmallActions(
  records: readonly SeriesRecord[],
  days: readonly SeriesDays[],
  calendar: Calendar,
  rule: ActionRule,
): SeriesRecord[] {
  const bySymbol = new Map(days.map((one) => [one.symbol, one]));
  const market = marketMoves(days);
  return records.map((record) => {
    const { unsettledActions: actions, ...known } = record;
    const own = bySymbol.get(record.symbol);
    if (actions === undefined || own === undefined) return known;
    const { applied, findings } = settleActions(
      record.symbol,
      gapEvidence(own, actions, calendar, market),
      rule,
    );
    const settled = {
      ...known,
      actions: applied.length,
      corporateActions: [...applied],
      findings: [...record.findings, ...findings],
    };
    return { ...settled, ...refusalOf(findings) };
  });
}

/** The median of the symbols' moves over night, for two days that are consecutive in enough of them. */
export function marketMoves(days: readonly SeriesDays[]): MarketMove {
  // Made when a move is asked for: most runs have no action that is so small.
  let places: ReadonlyMap<number, number>[] | undefined;
  const known = new Map<string, number | undefined>();
  return (from, to) => {
    const key = `${from} ${to}`;
    if (known.has(key)) return known.get(key);
    const moves: number[] = [];
    places ??= days.map(({ day }) => new Map(Array.from(day, (one, at) => [one, at])));
    const all = places;
    days.forEach(({ open, close }, index) => {
      const at = all[index]?.get(to) ?? 0;
      if (at > 0 && all[index]?.get(from) === at - 1)
        moves.push(log((open[at] ?? NaN) / (close[at - 1] ?? NaN)));
    });
    const typical = moves.length < MIN_SYMBOLS ? undefined : median(moves);
    known.set(key, typical);
    return typical;
  };
}
