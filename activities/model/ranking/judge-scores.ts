import { neutraliseColumns } from '../../stats/neutral-columns.js';
import { Regression } from '../../stats/regression.js';
import { sectionColumns, sectorNumbers } from './rank-design.js';
import type { RankArm, RankTable } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import { judgedSection, sectionFigure } from './section-figures.js';

/** Figures of several scores of the rows of a time, by its index; scores are in the rows' order. NaN where undefined. */
export type ScoreJudge = (time: number, scores: readonly Float32Array[]) => Float64Array;

/**
 * The figure by which candidates are compared, of any scores: the mean correlation of the scores of a time, made
 * neutral, with the neutral targets at the judged horizons.
 *
 * @param validationStart Targets that resolve later are not looked at.
 */
export function scoreJudge(
  table: RankTable,
  rows: RankRows,
  arm: RankArm,
  validationStart: number,
): ScoreJudge {
  const { symbol, row, starts, targets } = rows;
  const sectors = sectorNumbers(table);
  const regression = new Regression(table.symbols.length);
  return (time, scores) => {
    const [from, until] = [starts[time] ?? 0, starts[time + 1] ?? 0];
    const judged = judgedSection(rows, targets[arm], from, until, validationStart);
    if (judged === undefined) return new Float64Array(scores.length).fill(NaN);
    const section = sectionColumns(table, sectors, symbol.subarray(from, until), row.subarray(from, until));
    return Float64Array.from(scores, (own) => {
      const values = own.slice();
      neutraliseColumns(regression, section, values, 1);
      return sectionFigure({ values, rows: values.length, row: 0 }, judged, 0);
    });
  };
}
