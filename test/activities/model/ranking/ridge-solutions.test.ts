import { expect } from 'chai';

import { fillBasis } from '../../../../activities/model/ranking/basis.js';
import { gramSums } from '../../../../activities/model/ranking/gram-sums.js';
import { PRIOR_WEIGHT, rankBasis } from '../../../../activities/model/ranking/rank-basis.js';
import { RANK_ARMS } from '../../../../activities/model/ranking/rank-model.js';
import { rankRows } from '../../../../activities/model/ranking/rank-rows.js';
import { LEAST_ROWS } from '../../../../activities/model/ranking/rank-grid.js';
import { ridgeSolutions } from '../../../../activities/model/ranking/ridge-solutions.js';
import { trainingSums } from '../../../../activities/model/ranking/training-sums.js';
import { neutraliser } from '../../../../activities/stats/neutral.js';
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
    symbols: 30,
    signal: ([reversal = 0, volume = 0]) => 2 * volume - reversal + 6 * reversal * volume,
  });
  const basis = rankBasis(table);
  const width = basis.terms.length;
  const bounds = [timeOfBar(80), timeOfBar(150), timeOfBar(200)];
  const sessions = [80, 150, 200, 260];

  for (const { linear, nonLinear, halfLife, training } of [
    { linear: 0.05, nonLinear: 1, halfLife: Infinity, training: 3 },
    { linear: 1, nonLinear: 10, halfLife: 60, training: 4 },
    { linear: 0.3, nonLinear: Infinity, halfLife: 60, training: 2 },
    { linear: 10, nonLinear: 1, halfLife: Infinity, training: 3 },
  ] as const)
    it(`equal a dense solution: shares ${linear} and ${nonLinear}, half-life ${halfLife}, ${training} blocks`, () => {
      const rows = rankRows(table, madeTask(260));
      const blocks = gramSums(rows, width, { bounds });
      const sums = trainingSums({ blocks, sessions }, training, halfLife, width, rows.horizons);
      const solutions = ridgeSolutions(basis, sums, { linear, nonLinear });

      const end = timeOfBar(sessions[training - 1] ?? 0);
      const used = [...rows.row.keys()].filter((row) => (rows.lastResolvedAt[row] ?? NaN) < end);
      // Rows whose 20-bar target resolves before the end of the last block.
      expect(used.length).to.equal(30 * ((sessions[training - 1] ?? 0) - 20));
      const weights = used.map((row) => {
        const resolved = rows.lastResolvedAt[row] ?? NaN;
        const block = [...bounds, Infinity].findIndex((bound) => resolved < bound);
        const middle = ((sessions[block - 1] ?? 0) + (sessions[block] ?? 0)) / 2;
        return 0.5 ** (((sessions[training - 1] ?? 0) - middle) / halfLife);
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      expect(sums.rows).to.be.closeTo(total, 1e-6);
      const penalty = (term: number): number =>
        ((basis.terms[term]?.kind === 'rank' ? 1 : nonLinear) * linear * Math.max(total, LEAST_ROWS)) / 12;
      const free = basis.terms.flatMap((_, term) => (penalty(term) === Infinity ? [] : [term]));
      const x = (row: number, term: number): number => rows.design[row * width + term] ?? NaN;
      const pull = PRIOR_WEIGHT * Math.max(0, 1 - total / LEAST_ROWS);
      for (const arm of RANK_ARMS)
        for (let horizon = 0; horizon < rows.horizons; horizon += 1) {
          const matrix = free.map((a) => free.map((b) => (a === b ? penalty(a) : 0)));
          const right = free.map((term) => {
            const { kind, feature } = basis.terms[term] ?? { kind: '', feature: '' };
            const centred = arm === 'trained' && kind === 'rank' && feature === 'factor_sum';
            return centred ? pull * penalty(term) : 0;
          });
          used.forEach((row, place) => {
            const y = rows.targets[arm][row * rows.horizons + horizon] ?? NaN;
            free.forEach((a, i) => {
              const left = (weights[place] ?? NaN) * x(row, a);
              right[i] = (right[i] ?? NaN) + left * y;
              const own = matrix[i] ?? [];
              free.forEach((b, j) => (own[j] = (own[j] ?? NaN) + left * x(row, b)));
            });
          });
          const found = solutions[arm][horizon];
          eliminate(matrix, right).forEach((weight, at) =>
            expect(found?.[free[at] ?? -1]).to.be.closeTo(weight, 1e-6),
          );
          basis.terms.forEach((_, term) => {
            if (!free.includes(term)) expect(found?.[term]).to.equal(0);
          });
        }
    });

  it('have the terms of every day neutral, like the targets', () => {
    const rows = rankRows(table, madeTask(260));
    const { exposures, sector } = {
      exposures: table.symbols.map((symbol) => symbol.exposures),
      sector: table.symbols.map((symbol) => symbol.sector),
    };
    for (const time of [0, 17, 200]) {
      const residual = neutraliser({
        volatility: exposures.map(({ volatility }) => volatility[time] ?? NaN),
        beta: exposures.map(({ beta }) => beta[time] ?? NaN),
        tradedValue: exposures.map(({ tradedValue }) => tradedValue[time] ?? NaN),
        sector,
      });
      const terms = new Float32Array(30 * width);
      table.symbols.forEach((symbol, at) => fillBasis(basis, symbol, [time], terms, at * width));
      for (let term = 0; term < width; term += 1) {
        const column = Array.from({ length: 30 }, (_, at) => terms[at * width + term] ?? NaN);
        residual(column).forEach((value, at) => {
          const cell = ((rows.starts[time] ?? NaN) + at) * width + term;
          expect(rows.design[cell]).to.be.closeTo(value, 1e-6);
        });
      }
    }
  });
});
