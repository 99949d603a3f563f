import { doubles, doublesOf } from '../../data/math/fill-columns.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { ScoreRow } from '../../data/schemas/score-log.js';
import { firstNotBelow } from '../../data/math/first-not-below.js';
import { quantile } from '../stats/moments.js';

/** Share of the returns inside an interval; as many lie below it as above. */
const CENTRAL = 0.8;
/** Parts of equal size that the scores are cut into. */
const TENTHS = 10;
/** Rows of a tenth without which it has no interval: its outer tenths would be of one or two rows. */
const MIN_ROWS = 30;

/** The interval for a score; null where too few rows had such a score. */
export type IntervalOf = (score: number) => ScoreRow['interval'];

/**
 * How much symbols with such a score have returned: the central 80 % of the forward returns over the label's horizon,
 * among the out-of-sample rows of the bundle's students whose score is in the same tenth of all their scores. A score
 * beyond all of them belongs to the outer tenth.
 *
 * @param student The students' predictions; rows before the end of their window do not count.
 */
export function scoreIntervals({ model, score, split, forwardReturn }: Predictions): IntervalOf {
  const rows = Array.from(score.keys()).filter(
    (row) => model[row] === 'student' && split[row] === 'forward' && Number.isFinite(forwardReturn[row]),
  );
  const sorted = doublesOf(rows, (row) => score[row] ?? NaN).sort();
  if (sorted.length === 0) return () => null;
  const edges = doubles(TENTHS - 1, (at) => quantile(sorted, (at + 1) / TENTHS));
  const tenthOf = (value: number): number => firstNotBelow(edges, value);
  const returns = Array.from({ length: TENTHS }, (): number[] => []);
  for (const row of rows) returns[tenthOf(score[row] ?? NaN)]?.push(forwardReturn[row] ?? NaN);
  const tail = (1 - CENTRAL) / 2;
  const intervals = returns.map((own): ScoreRow['interval'] => {
    if (own.length < MIN_ROWS) return null;
    const values = Float64Array.from(own).sort();
    return { low: quantile(values, tail), high: quantile(values, 1 - tail), rows: own.length };
  });
  return (value) => intervals[tenthOf(value)] ?? null;
}
