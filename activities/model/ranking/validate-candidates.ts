import { lowerBound } from '../../../data/bars/series.js';
import type { TestBlock } from '../choices/folds.js';
import type { RankBasis } from './basis.js';
import { candidateWeights, columnOf } from './candidate-weights.js';
import type { DayFigures } from './day-means.js';
import { DayMeans } from './day-means.js';
import {
  BLENDS,
  BLEND_NAMES,
  HALF_LIVES,
  PLAIN_SHARES,
  RANK_GRID,
  SHARES,
  candidateAt,
} from './rank-grid.js';
import type { RankArm, RankTarget } from './rank-model.js';
import { RANK_ARMS, RANK_TARGETS } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import type { ScoreChunk } from './score-chunks.js';
import { scoreChunks } from './score-chunks.js';
import type { JudgedSection } from './section-figures.js';
import { JUDGED, judgedSection, sectionFigures } from './section-figures.js';
import type { TimedSums } from './training-sums.js';

/** Figures of all candidates for one arm: the mean correlation with neutral and plain targets at the judged horizons. */
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
  const { times, horizons } = rows;
  const tested = times.subarray(
    lowerBound(times, tests[0]?.start ?? Infinity),
    lowerBound(times, tests.at(-1)?.end ?? -Infinity),
  );
  const validateArm = RANK_ARMS.map((arm) => {
    const means = new DayMeans(RANK_GRID.length, tested);
    let count = 0;
    return {
      add: (chunk: ScoreChunk, columns: number): void => {
        for (let time = chunk.first; time < chunk.until; time += 1) {
          const judged = judgedTargets(rows, arm, time, validationStart);
          if (judged === undefined) continue;
          count += judged.neutral.places.length;
          addFigures(means, rows, chunk, columns, RANK_ARMS.indexOf(arm), time, judged);
        }
      },
      result: (): ArmFigures => ({ ...means.result(), rows: count }),
    };
  });
  for (const test of tests) {
    const weights = candidateWeights(basis, sums, test.training, horizons);
    for (const chunk of scoreChunks(rows, test, weights))
      for (const { add } of validateArm) add(chunk, weights.columns);
  }
  const [trained, permuted] = validateArm.map(({ result }) => result());
  if (trained === undefined || permuted === undefined) throw new RangeError('an arm is missing');
  return { trained, permuted };
}

/** Neutral and plain targets of a time; undefined where too few symbols have them. */
type JudgedTargets = Readonly<Record<RankTarget, JudgedSection>>;

/** The targets of a time by which scores are judged. */
export function judgedTargets(
  { starts, horizons, targets, resolvedAt }: RankRows,
  arm: RankArm,
  time: number,
  validationStart: number,
): JudgedTargets | undefined {
  const from = starts[time] ?? 0;
  const length = (starts[time + 1] ?? 0) - from;
  const known = (target: RankTarget, horizon: number): Float64Array =>
    Float64Array.from({ length }, (_, place) => {
      const cell = (from + place) * horizons + horizon;
      return (resolvedAt[cell] ?? Infinity) < validationStart ? (targets[target][arm][cell] ?? NaN) : NaN;
    });
  const [first, second] = JUDGED;
  const neutral = judgedSection(known('neutral', first), known('neutral', second));
  const plain = judgedSection(known('plain', first), known('plain', second));
  return neutral === undefined || plain === undefined ? undefined : { neutral, plain };
}

/** Adds the figures of all candidates at one time. */
function addFigures(
  means: DayMeans,
  { times, starts, horizons }: RankRows,
  { from, scores }: ScoreChunk,
  columns: number,
  arm: number,
  time: number,
  judged: JudgedTargets,
): void {
  const row = (starts[time] ?? 0) - from;
  const figures = {
    neutral: new Float64Array(PLAIN_SHARES.length),
    plain: new Float64Array(PLAIN_SHARES.length),
  };
  for (let shares = 0; shares < SHARES.length; shares += 1)
    for (let decay = 0; decay < HALF_LIVES.length; decay += 1) {
      const solution = shares * HALF_LIVES.length + decay;
      const pair = [columnOf(solution, arm, 0, horizons), columnOf(solution, arm, 1, horizons)] as const;
      for (let blend = 0; blend < BLEND_NAMES.length; blend += 1) {
        const parts = BLENDS[BLEND_NAMES[blend] ?? '1+5'];
        for (const target of RANK_TARGETS)
          sectionFigures(
            { values: scores[target], columns, row },
            judged[target],
            pair,
            parts,
            PLAIN_SHARES,
            figures[target],
          );
        for (let share = 0; share < PLAIN_SHARES.length; share += 1)
          means.add(
            candidateAt(shares, decay, blend, share),
            times[time] ?? NaN,
            ((figures.neutral[share] ?? NaN) + (figures.plain[share] ?? NaN)) / 2,
          );
      }
    }
}
