import { expect } from 'chai';

import { cohortBounds } from '../../../../activities/market/splits/splits.js';
import { unlabelledRows } from '../../../../activities/model/student/soft-labels.js';
import { studentRows } from '../../../../activities/model/student/student-rows.js';
import { COHORT, configOf } from '../job-rig.js';
import { syntheticTable } from '../synthetic-table.js';

describe('the rows of a student', () => {
  const table = syntheticTable({ symbols: 12, bars: 520 });
  const split = cohortBounds(table, COHORT, configOf());
  const soft = unlabelledRows(table, split);
  const rows = studentRows({ table, split, soft, horizon: 5, horizons: [1], unit: 0.01 });

  it('train a fold only where all about them is known before its first row', () => {
    expect(rows.folds.length).to.be.above(0);
    for (const { start, training, from, until } of rows.folds) {
      for (const segment of rows.segments)
        for (let row = segment.from; row < segment.until; row += 1) {
          const own = table.symbols[rows.symbol[row] ?? -1];
          const resolvedAt = own?.resolvedAt[rows.row[row] ?? -1] ?? NaN;
          if (segment.resolved < training) expect(resolvedAt).to.be.below(start);
        }
      expect(Math.min(...rows.time.subarray(from, until))).to.be.at.least(start);
    }
  });

  it('end with the cohort, and leave the validation part to the last block', () => {
    for (const { from, until, resolved } of rows.segments)
      for (let row = from; row < until; row += 1) {
        const own = table.symbols[rows.symbol[row] ?? -1];
        const resolvedAt = own?.resolvedAt[rows.row[row] ?? -1] ?? NaN;
        expect(resolvedAt).to.be.below(split.end);
        expect(resolvedAt >= split.validationStart).to.equal(resolved === rows.blocks - 1);
      }
  });
});
