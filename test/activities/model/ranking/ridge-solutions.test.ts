import { expect } from 'chai';

import { gramSums } from '../../../../activities/model/ranking/gram-sums.js';
import { PRIOR_WEIGHT, rankBasis } from '../../../../activities/model/ranking/rank-basis.js';
import { RANK_ARMS } from '../../../../activities/model/ranking/rank-model.js';
import { rankRows } from '../../../../activities/model/ranking/rank-rows.js';
import { ridgeSolutions } from '../../../../activities/model/ranking/ridge-solutions.js';
import { trainingSums } from '../../../../activities/model/ranking/training-sums.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { madeRankTable, madeTask, timeOfBar } from './made-table.js';

/** Solves by Gauss–Jordan elimination with partial pivoting: slow, but independent of the code under test. */
function eliminate(matrix: number[][], right: number[]): number[] {
  const size = right.length;
  const rows = matrix.map((row, at) => [...row, right[at] ?? NaN]);
  for (let column = 0; column < size; column += 1) {
    const rest = rows.slice(column).map((row) => Math.abs(row[column] ?? 0));
    const pivot = column + rest.indexOf(Math.max(...rest));
    const [a, b] = [rows[column] ?? [], rows[pivot] ?? []];
    [rows[column], rows[pivot]] = [b, a];
    rows.forEach((row, at) => {
      if (at === column) return;
      const share = (row[column] ?? NaN) / (b[column] ?? NaN);
      row.forEach((value, place) => (row[place] = value - share * (b[place] ?? NaN)));
    });
  }
  return rows.map((row, at) => (row[size] ?? NaN) / (row[at] ?? NaN));
}

describe('ridge regressions of ranks from sums by block', () => {
  before(() => initBackend());

  const table = madeRankTable({
    bars: 260,
    symbols: 12,
    signal: ([reversal = 0, volume = 0]) => 2 * volume - reversal + 6 * reversal * volume,
  });
  const basis = rankBasis(table);
  const width = basis.terms.length;
  const bounds = [timeOfBar(80), timeOfBar(150), timeOfBar(200)];
  const sessions = [80, 150, 200, 260];

  for (const { linear, nonLinear, halfLife, training } of [
    { linear: 300, nonLinear: 2000, halfLife: Infinity, training: 3 },
    { linear: 300, nonLinear: 2000, halfLife: 60, training: 4 },
    { linear: 1000, nonLinear: Infinity, halfLife: 60, training: 2 },
    { linear: Infinity, nonLinear: 500, halfLife: Infinity, training: 3 },
  ])
    it(`equal a dense solution: linear ${linear}, non-linear ${nonLinear}, half-life ${halfLife}, ${training} blocks`, () => {
      const rows = rankRows(table, basis, madeTask(260));
      const blocks = gramSums(rows, width, { bounds });
      const sums = trainingSums({ blocks, sessions }, training, halfLife, width, rows.horizons);
      const solutions = ridgeSolutions(basis, sums, { linear, nonLinear });

      const free = basis.terms.flatMap(({ kind }, term) =>
        (kind === 'rank' ? linear : nonLinear) === Infinity ? [] : [term],
      );
      const end = timeOfBar(sessions[training - 1] ?? 0);
      let used = 0;
      for (const arm of RANK_ARMS)
        for (let horizon = 0; horizon < rows.horizons; horizon += 1) {
          const prior = (term: number): number => {
            const { kind, feature } = basis.terms[term] ?? { kind: '', feature: '' };
            return arm === 'trained' && kind === 'rank' && feature === 'factor_sum' ? PRIOR_WEIGHT : 0;
          };
          const matrix = free.map((a) =>
            free.map((b) => (a === b ? (basis.terms[a]?.kind === 'rank' ? linear : nonLinear) / 12 : 0)),
          );
          const right = free.map((term, at) => (matrix[at]?.[at] ?? NaN) * prior(term));
          used = 0;
          rows.row.forEach((_, row) => {
            const resolved = rows.lastResolvedAt[row] ?? NaN;
            if (resolved >= end) return;
            used += 1;
            const block = [...bounds, Infinity].findIndex((bound) => resolved < bound);
            const middle = ((sessions[block - 1] ?? 0) + (sessions[block] ?? 0)) / 2;
            const weight = 0.5 ** (((sessions[training - 1] ?? 0) - middle) / halfLife);
            const x = (term: number): number => rows.design[row * width + term] ?? NaN;
            const fixed = basis.terms.reduce(
              (sum, _term, term) => sum + (free.includes(term) ? 0 : prior(term) * x(term)),
              0,
            );
            const y = (rows.targets[arm][row * rows.horizons + horizon] ?? NaN) - fixed;
            free.forEach((a, i) => {
              right[i] = (right[i] ?? NaN) + weight * x(a) * y;
              free.forEach((b, j) => {
                const own = matrix[i];
                if (own !== undefined) own[j] = (own[j] ?? NaN) + weight * x(a) * x(b);
              });
            });
          });
          const expected = eliminate(matrix, right);
          const found = solutions[arm][horizon];
          expected.forEach((weight, at) => expect(found?.[free[at] ?? -1]).to.be.closeTo(weight, 2e-7));
          basis.terms.forEach((_, term) => {
            if (!free.includes(term)) expect(found?.[term]).to.equal(prior(term));
          });
        }
      expect(sums.rows).to.equal(used);
      // Rows whose 20-bar target resolves before the end of the last block.
      expect(used).to.equal(12 * ((sessions[training - 1] ?? 0) - 20));
    });
});
