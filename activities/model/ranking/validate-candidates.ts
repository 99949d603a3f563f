import { integers } from '../../../data/math/fill-columns.js';
import { lowerBound } from '../../../data/bars/series.js';
import type { TestBlock } from '../choices/folds.js';
import type { RankBasis } from './basis.js';
import { candidateWeights, columnOf } from './candidate-weights.js';
import type { JudgedFigures } from './choose-by-day.js';
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

/** Above it, neighbouring times are nearly the same to a judge: their 5-bar targets share four of five bars. */
const MOST_JUDGED_ROWS = 20_000;

/**
 * Predicts every test block by what was resolved before it, with every candidate: the regressions are columns of one
 * matrix, so a block's scores are one product. Of more than {@link MOST_JUDGED_ROWS} tested rows every second time counts.
 *
 * @param validationStart Targets that resolve later are not looked at.
 * @param arms Heads whose candidates are judged.
 * @returns The mean correlation with the neutral targets at the judged horizons; rows are those with such targets.
 */
export function validateCandidates(
  basis: RankBasis,
  rows: RankRows,
  sums: TimedSums,
  tests: readonly TestBlock[],
  validationStart: number,
  arms: readonly RankArm[] = RANK_ARMS,
): Partial<Record<RankArm, JudgedFigures>> {
  const { times, starts, horizons, targets } = rows;
  const tested = tests.map((test) => testedTimes(rows, test));
  const testedRows = tested.flatMap((own) =>
    Array.from(own, (time) => (starts[time + 1] ?? 0) - (starts[time] ?? 0)),
  );
  const step = testedRows.reduce((sum, count) => sum + count, 0) > MOST_JUDGED_ROWS ? 2 : 1;
  const judgedTimes = tested.map((own) => own.filter((time) => time % step === 0));
  const validateArm = arms.map((arm) => {
    const means = new DayMeans(
      RANK_GRID.length,
      judgedTimes.flatMap((own) => Array.from(own, (time) => times[time] ?? NaN)),
    );
    const figures = new Float64Array(RANK_GRID.length);
    let count = 0;
    return {
      arm,
      add: (chunk: ScoreChunk): void => {
        chunk.times.forEach((time, at) => {
          const [from, until] = [starts[time] ?? 0, starts[time + 1] ?? 0];
          const judged = judgedSection(rows, targets[arm], from, until, validationStart);
          if (judged === undefined) return;
          count += judged.places.length;
          figuresOf(chunk, RANK_ARMS.indexOf(arm), chunk.starts[at] ?? -1, judged, figures);
          means.add(times[time] ?? NaN, figures);
        });
      },
      result: (): JudgedFigures => ({ ...means.result(), rows: count }),
    };
  });
  tests.forEach(({ training }, test) => {
    const weights = candidateWeights(basis, sums, training, horizons);
    for (const chunk of scoreChunks(rows, judgedTimes[test] ?? new Int32Array(0), weights))
      for (const { add } of validateArm) add(chunk);
  });
  return Object.fromEntries(validateArm.map(({ arm, result }) => [arm, result()]));
}

/** Indices of the times of a test block. */
function testedTimes({ times }: Pick<RankRows, 'times'>, { start, end }: TestBlock): Int32Array {
  const first = lowerBound(times, start);
  return integers(lowerBound(times, end) - first, (at) => first + at);
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
