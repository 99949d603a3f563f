import { lowerBound } from '../../../data/bars/series.js';
import type { TestBlock } from '../choices/folds.js';
import type { RankBasis } from './basis.js';
import type { DayFigures } from './day-means.js';
import { DayMeans } from './day-means.js';
import { BLENDS, BLEND_NAMES, HALF_LIVES, RANK_GRID, STRENGTHS, candidateAt } from './rank-grid.js';
import type { RankArm } from './rank-model.js';
import { RANK_ARMS } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import { ridgeSolutions } from './ridge-solutions.js';
import type { ScoreChunk, WeightColumns } from './score-chunks.js';
import { scoreChunks } from './score-chunks.js';
import type { SectionTarget } from './section-figures.js';
import { JUDGED, sectionCorrelation, sectionTarget } from './section-figures.js';
import type { TimedSums } from './training-sums.js';
import { trainingSums } from './training-sums.js';

/** Figures of all candidates for one arm: the mean correlation of score and target at the judged horizons. */
export interface ArmFigures extends DayFigures {
  /** Rows with a target at a judged horizon. */
  readonly rows: number;
}

/**
 * Predicts every test block by what was resolved before it, with every candidate: the ridge solutions are columns of
 * one matrix, so a block's scores are one product.
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
  const { times, horizons } = rows;
  const tested = times.subarray(
    lowerBound(times, tests[0]?.start ?? Infinity),
    lowerBound(times, tests.at(-1)?.end ?? -Infinity),
  );
  const means = RANK_ARMS.map(() => new DayMeans(RANK_GRID.length, tested));
  const counts = RANK_ARMS.map(() => 0);
  for (const test of tests) {
    const weights = candidateWeights(basis, sums, test.training, horizons);
    for (const chunk of scoreChunks(rows, test, weights))
      for (let time = chunk.first; time < chunk.until; time += 1)
        RANK_ARMS.forEach((arm, place) => {
          const judged = judgedTargets(rows, arm, time, validationStart);
          if (judged.length === 0) return;
          counts[place] = (counts[place] ?? 0) + Math.max(...judged.map(({ places }) => places.length));
          addFigures(means[place], rows, chunk, weights.columns, place, time, judged);
        });
  }
  const resultOf = (place: number): ArmFigures => ({
    ...(means[place]?.result() ?? { days: new Int32Array(0), figures: [] }),
    rows: counts[place] ?? 0,
  });
  return { trained: resultOf(0), permuted: resultOf(1) };
}

/** Column of a score. @param solution Index of strengths and half-life. */
function columnOf(solution: number, arm: number, horizons: number): number {
  return (solution * RANK_ARMS.length + arm) * horizons;
}

/** Weights of every solution, arm and horizon. */
function candidateWeights(
  basis: RankBasis,
  sums: TimedSums,
  training: number,
  horizons: number,
): WeightColumns {
  const width = basis.terms.length;
  const columns = columnOf(STRENGTHS.length * HALF_LIVES.length, 0, horizons);
  const values = new Float32Array(width * columns);
  HALF_LIVES.forEach((halfLife, decay) => {
    const own = trainingSums(sums, training, halfLife, width, horizons);
    STRENGTHS.forEach((strength, at) => {
      const solutions = ridgeSolutions(basis, own, strength);
      RANK_ARMS.forEach((arm, place) =>
        solutions[arm].forEach((weights, horizon) => {
          const column = columnOf(at * HALF_LIVES.length + decay, place, horizons) + horizon;
          weights.forEach((weight, term) => (values[term * columns + column] = weight));
        }),
      );
    });
  });
  return { values, columns };
}

function judgedTargets(
  { starts, horizons, targets, resolvedAt }: RankRows,
  arm: RankArm,
  time: number,
  validationStart: number,
): SectionTarget[] {
  const from = starts[time] ?? 0;
  const length = (starts[time + 1] ?? 0) - from;
  return JUDGED.flatMap((horizon) => {
    const known = Float64Array.from({ length }, (_, place) => {
      const cell = (from + place) * horizons + horizon;
      return (resolvedAt[cell] ?? Infinity) < validationStart ? (targets[arm][cell] ?? NaN) : NaN;
    });
    return sectionTarget(known) ?? [];
  });
}

/** Adds the figures of all candidates at one time. */
function addFigures(
  means: DayMeans | undefined,
  { times, starts, horizons }: RankRows,
  { from, scores }: ScoreChunk,
  columns: number,
  place: number,
  time: number,
  judged: readonly SectionTarget[],
): void {
  const first = (starts[time] ?? 0) - from;
  const blended = new Float64Array((starts[time + 1] ?? 0) - (starts[time] ?? 0));
  for (let strength = 0; strength < STRENGTHS.length; strength += 1)
    for (let decay = 0; decay < HALF_LIVES.length; decay += 1) {
      const column = columnOf(strength * HALF_LIVES.length + decay, place, horizons);
      BLEND_NAMES.forEach((name, blend) => {
        const parts = BLENDS[name];
        for (let at = 0; at < blended.length; at += 1) {
          const start = (first + at) * columns + column;
          let sum = 0;
          for (let part = 0; part < parts.length; part += 1) sum += scores[start + (parts[part] ?? 0)] ?? NaN;
          blended[at] = sum;
        }
        let total = 0;
        for (const target of judged) total += sectionCorrelation(blended, target);
        means?.add(candidateAt(strength, decay, blend), times[time] ?? NaN, total / judged.length);
      });
    }
}
