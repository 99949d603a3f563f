import { lowerBound } from '../../../data/bars/series.js';
import type { TestBlock } from '../choices/folds.js';
import type { RankBasis } from './basis.js';
import { candidateWeights, columnOf } from './candidate-weights.js';
import type { DayFigures } from './day-means.js';
import { DayMeans } from './day-means.js';
import { BLEND_NAMES, HALF_LIVES, RANK_GRID, SHARES, candidateAt } from './rank-grid.js';
import type { RankArm } from './rank-model.js';
import { RANK_ARMS } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import type { ScoreChunk } from './score-chunks.js';
import { scoreChunks } from './score-chunks.js';
import type { JudgedSection } from './section-figures.js';
import { judgedSection, sectionFigure } from './section-figures.js';
import type { TimedSums } from './training-sums.js';

/** Figures of all candidates for one arm: the mean correlation with the neutral targets at the judged horizons. */
export interface ArmFigures extends DayFigures {
  /** Rows with targets at the judged horizons. */
  readonly rows: number;
}

/**
 * Predicts every test block by what was resolved before it, with every candidate: the regressions are columns of one
 * matrix, so a block's scores are one product.
 *
 * @param validationStart Targets that resolve later are not looked at.
 */
export function validateCandidates(
  basis: RankBasis,
  rows: RankRows,
  sums: TimedSums,
  tests: readonly TestBlock[],
  validationStart: number,
): Record<RankArm, ArmFigures> {
  const { times, starts, horizons, targets } = rows;
  const tested = times.subarray(
    lowerBound(times, tests[0]?.start ?? Infinity),
    lowerBound(times, tests.at(-1)?.end ?? -Infinity),
  );
  const validateArm = RANK_ARMS.map((arm) => {
    const means = new DayMeans(RANK_GRID.length, tested);
    const figures = new Float64Array(RANK_GRID.length);
    let count = 0;
    return {
      add: (chunk: ScoreChunk): void => {
        for (let time = chunk.first; time < chunk.until; time += 1) {
          const [from, until] = [starts[time] ?? 0, starts[time + 1] ?? 0];
          const judged = judgedSection(rows, targets[arm], from, until, validationStart);
          if (judged === undefined) continue;
          count += judged.places.length;
          const row = from - chunk.from;
          figuresOf(chunk, RANK_ARMS.indexOf(arm), row, judged, figures);
          means.addAll(times[time] ?? NaN, figures);
        }
      },
      result: (): ArmFigures => ({ ...means.result(), rows: count }),
    };
  });
  for (const test of tests) {
    const weights = candidateWeights(basis, sums, test.training, horizons);
    for (const chunk of scoreChunks(rows, test, weights)) for (const { add } of validateArm) add(chunk);
  }
  const [trained, permuted] = validateArm.map(({ result }) => result());
  if (trained === undefined || permuted === undefined) throw new RangeError('an arm is missing');
  return { trained, permuted };
}

/**
 * The figures of all candidates at one time.
 *
 * @param arm Index into RANK_ARMS.
 * @param row Row of the chunk that is the time's first.
 * @param out One per candidate.
 */
function figuresOf(
  { rows, scores }: ScoreChunk,
  arm: number,
  row: number,
  judged: JudgedSection,
  out: Float64Array,
): void {
  const table = { values: scores, rows, row };
  for (let shares = 0; shares < SHARES.length; shares += 1)
    for (let decay = 0; decay < HALF_LIVES.length; decay += 1) {
      const solution = shares * HALF_LIVES.length + decay;
      for (let blend = 0; blend < BLEND_NAMES.length; blend += 1)
        out[candidateAt(shares, decay, blend)] = sectionFigure(table, judged, columnOf(solution, arm, blend));
    }
}
