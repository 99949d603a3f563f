import { centreColumns, neutraliseColumns } from '../../stats/neutral-columns.js';
import { Regression } from '../../stats/regression.js';
import { sectionColumns, sectorNumbers } from './rank-design.js';
import type { RankArm, RankTable } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import type { ScoreTable } from './section-figures.js';
import { sectionFigures } from './section-figures.js';
import { judgedTargets } from './validate-candidates.js';

/** Only the first of two scores counts. */
const ALONE = [0];

/**
 * The figure by which candidates are compared, of any scores: the mean correlation of the scores of a time, made neutral
 * and as they are, with neutral and plain targets at the judged horizons.
 *
 * @param validationStart Targets that resolve later are not looked at.
 * @returns A function of a time's index and the scores of its rows, in their order; its result is NaN where undefined.
 */
export function scoreJudge(
  table: RankTable,
  rows: RankRows,
  arm: RankArm,
  validationStart: number,
): (time: number, scores: Float32Array) => number {
  const { symbol, row, starts } = rows;
  const sectors = sectorNumbers(table);
  const regression = new Regression(table.symbols.length);
  return (time, scores) => {
    const judged = judgedTargets(rows, arm, time, validationStart);
    if (judged === undefined) return NaN;
    const [from, until] = [starts[time] ?? 0, starts[time + 1] ?? 0];
    const section = sectionColumns(table, sectors, symbol.subarray(from, until), row.subarray(from, until));
    const [neutral, plain] = [scores.slice(), scores.slice()];
    neutraliseColumns(regression, section, neutral, 1);
    centreColumns(plain, 1);
    const figure = new Float64Array(2);
    const tableOf = (values: Float32Array): ScoreTable => ({ values, rows: values.length, row: 0 });
    sectionFigures(tableOf(neutral), judged.neutral, 0, 0, ALONE, figure.subarray(0, 1));
    sectionFigures(tableOf(plain), judged.plain, 0, 0, ALONE, figure.subarray(1));
    return ((figure[0] ?? NaN) + (figure[1] ?? NaN)) / 2;
  };
}
