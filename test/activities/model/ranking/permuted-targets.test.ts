import { expect } from 'chai';
import fc from 'fast-check';

import type { TimedRows } from '../../../../activities/model/ranking/permuted-targets.js';
import { permutedRows, takeTargets } from '../../../../activities/model/ranking/permuted-targets.js';
import { UNRESOLVED } from '../../../../activities/market/feature-table.js';

/** Cross-sections of some sizes. */
function sections(sizes: readonly number[], resolvedAt: (row: number) => number): TimedRows {
  const starts = Int32Array.from({ length: sizes.length + 1 }, (_, at) =>
    sizes.slice(0, at).reduce((sum, size) => sum + size, 0),
  );
  const rows = starts.at(-1) ?? 0;
  return {
    times: Int32Array.from(sizes.keys()),
    starts,
    lastResolvedAt: Int32Array.from({ length: rows }, (_, row) => resolvedAt(row)),
  };
}

describe('permuted targets', () => {
  it('stay among the rows of a time that resolve together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 8 }),
        fc.integer(),
        (sizes, seed) => {
          const kinds = [100, 101, UNRESOLVED];
          const made = sections(sizes, (row) => kinds[(row * 7) % 3] ?? NaN);
          const permuted = permutedRows(made, [seed]);
          sizes.forEach((_, time) => {
            for (const kind of kinds) {
              const rows: number[] = [];
              for (let row = made.starts[time] ?? 0; row < (made.starts[time + 1] ?? 0); row += 1)
                if (made.lastResolvedAt[row] === kind) rows.push(row);
              const got = rows.map((row) => permuted[row] ?? NaN);
              if (kind === UNRESOLVED) expect(got.every((row) => row === -1)).to.equal(true);
              else expect(got.sort((a, b) => a - b)).to.deep.equal(rows);
            }
          });
        },
      ),
    );
  });

  it('break the link between rows and targets: 1 of n keeps its own', () => {
    const made = sections(new Array<number>(500).fill(20), () => 9);
    const permuted = permutedRows(made, [3]);
    const kept = permuted.filter((source, row) => source === row).length;
    // Fixed points of a permutation: mean 1, variance 1; five standard errors over 500 of them.
    expect(kept / 500).to.be.closeTo(1, 5 / Math.sqrt(500));
  });

  it('do not depend on earlier or later times', () => {
    const whole = sections([5, 8, 6], () => 9);
    const part = {
      ...whole,
      times: whole.times.slice(1, 2),
      starts: Int32Array.of(5, 13),
    };
    expect(permutedRows(part, [3]).slice(5, 13)).to.deep.equal(permutedRows(whole, [3]).slice(5, 13));
    expect(permutedRows(whole, [4])).to.not.deep.equal(permutedRows(whole, [3]));
  });

  it('take all horizons of a row together', () => {
    const targets = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(takeTargets(targets, 2, Int32Array.of(2, -1, 0))).to.deep.equal(
      Float32Array.of(5, 6, NaN, NaN, 1, 2),
    );
  });
});
