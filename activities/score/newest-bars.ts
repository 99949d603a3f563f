import { barTimeTexts } from '../../data/bars/bar-time.js';
import { InvalidInputError } from '../../data/errors.js';
import { logitScore } from '../../data/predictions/logit-score.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import type { NewestRows } from '../market/newest-rows.js';
import { newestRows } from '../market/newest-rows.js';
import { MIN_RANKED_SYMBOLS } from '../stats/neutral.js';
import { STUDENT_INPUTS } from '../inference/student-network.js';
import { studentColumns } from '../model/student/network-inputs.js';
import type { BundledStudent, InputColumns } from './bundled-student.js';
import { entryBar } from './entry-bar.js';
import type { NewestBar } from './score-rows.js';
import type { ScoredMarket } from './scored-market.js';

/**
 * What a student says of the newest bar of the market, by the features' own code; of symbols without that bar only
 * when their newest one was. As in the bundle, scores are the logits of the probabilities where too few members have a
 * whole row to be ranked.
 */
export function newestBars(
  student: BundledStudent,
  market: Pick<ScoredMarket, 'series' | 'membership' | 'sectors' | 'calendar' | 'input'>,
  rule: LabelRule,
  run: string,
): NewestBar[] {
  const { calendar, input } = market;
  const rows = newestRows(market.series, rule, market);
  requireSameColumns(student, rows, run);
  const dateOf = barTimeTexts(input.interval);
  const { probability, score } = student.predict(rows, rows.symbols.length);
  const isRanked =
    rows.complete.filter((known, row) => known === 1 && rows.member[row] === 1).length >= MIN_RANKED_SYMBOLS;
  const entry = entryBar(calendar, rows.time, input.interval, rule);
  return [
    ...rows.symbols.map((symbol, row): NewestBar => {
      const p = probability[row] ?? NaN;
      const s = isRanked ? (score[row] ?? NaN) : logitScore(p);
      const isKnown = rows.complete[row] === 1 && Number.isFinite(p) && Number.isFinite(s);
      return {
        symbol,
        date: dateOf(rows.time),
        entry: entry === undefined ? null : dateOf(entry),
        scored: isKnown ? { probability: p, score: s, inputs: inputsOf(student, rows, row) } : null,
      };
    }),
    ...rows.stale.flatMap(({ symbol, newest }): NewestBar[] =>
      newest === undefined ? [] : [{ symbol, date: dateOf(newest), entry: null, scored: null }],
    ),
  ];
}

/** All inputs of a row, side by side. */
function inputsOf({ columns }: BundledStudent, rows: InputColumns, row: number): Float32Array {
  return Float32Array.from(
    STUDENT_INPUTS.flatMap((name) => {
      const width = columns[name].length;
      return [...rows[name].subarray(row * width, (row + 1) * width)];
    }),
  );
}

/** A student reads columns by their place: those of other features would be other numbers. */
function requireSameColumns({ columns }: BundledStudent, rows: NewestRows, run: string): void {
  const computed = studentColumns(rows);
  const other = STUDENT_INPUTS.filter((name) => columns[name].join() !== computed[name].join());
  if (other.length > 0)
    throw new InvalidInputError([
      `run ${run} learnt from other ${other.join(', ')} than this version of the program computes: train it again with: gurukul resume ${run}`,
    ]);
}
