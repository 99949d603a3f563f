import { neutraliseColumns } from '../../stats/neutral-columns.js';
import { Regression } from '../../stats/regression.js';
import { sectionColumns, sectorNumbers } from './rank-design.js';
import type { RankArm, RankTable } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import { judgedSection, sectionFigure } from './section-figures.js';

/**
 * The figure by which candidates are compared, of any scores: the mean correlation of the scores of a time, made
 * neutral, with the neutral targets at the judged horizons.
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
  const { symbol, row, starts, targets } = rows;
  const sectors = sectorNumbers(table);
  const regression = new Regression(table.symbols.length);
  return (time, scores) => {
    const [from, until] = [starts[time] ?? 0, starts[time + 1] ?? 0];
    const judged = judgedSection(rows, targets[arm], from, until, validationStart);
    if (judged === undefined) return NaN;
    const section = sectionColumns(table, sectors, symbol.subarray(from, until), row.subarray(from, until));
    const values = scores.slice();
    neutraliseColumns(regression, section, values, 1);
    return sectionFigure({ values, rows: values.length, row: 0 }, judged, 0);
  };
}
