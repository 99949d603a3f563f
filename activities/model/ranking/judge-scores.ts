import { centreColumns, neutraliseColumns } from '../../stats/neutral-columns.js';
import { Regression } from '../../stats/regression.js';
import { sectionColumns, sectorNumbers } from './rank-design.js';
import type { RankArm, RankTable } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import { sectionFigures } from './section-figures.js';
import { judgedTargets } from './validate-candidates.js';

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
    sectionFigures(
      { values: neutral, columns: 1, row: 0 },
      judged.neutral,
      [0, 0],
      [0],
      [0],
      figure.subarray(0, 1),
    );
    sectionFigures({ values: plain, columns: 1, row: 0 }, judged.plain, [0, 0], [0], [0], figure.subarray(1));
    return ((figure[0] ?? NaN) + (figure[1] ?? NaN)) / 2;
  };
}
