import { expect } from 'chai';
import fc from 'fast-check';

import type { LabelIntervals } from '../../../../activities/market/splits/purge.js';
import { countOverlaps, purgeRows } from '../../../../activities/market/splits/purge.js';

function intervals(pairs: readonly (readonly [number, number])[]): LabelIntervals {
  return {
    start: Int32Array.from(pairs, ([start]) => start),
    end: Int32Array.from(pairs, ([, end]) => end),
  };
}

function pick({ start, end }: LabelIntervals, rows: Iterable<number>): LabelIntervals {
  const chosen = [...rows];
  return intervals(chosen.map((row) => [start[row] ?? 0, end[row] ?? 0]));
}

/** Rows with arbitrary starts and label lengths, sorted by start. */
const anyIntervals = fc
  .array(fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 60 })), { minLength: 1, maxLength: 60 })
  .map((pairs) =>
    intervals(pairs.sort(([a], [b]) => a - b).map(([start, length]) => [start, start + length])),
  );

describe('countOverlaps', () => {
  it('equals a comparison of every pair', () => {
    fc.assert(
      fc.property(anyIntervals, anyIntervals, (train, test) => {
        let pairs = 0;
        train.start.forEach((start, row) => {
          test.start.forEach((testStart, testRow) => {
            if (start <= (test.end[testRow] ?? NaN) && (train.end[row] ?? NaN) >= testStart) pairs += 1;
          });
        });
        expect(countOverlaps(train, test)).to.equal(pairs);
      }),
    );
  });
});

describe('purgeRows', () => {
  const anySpan = fc
    .tuple(fc.nat({ max: 300 }), fc.oneof(fc.nat({ max: 80 }), fc.constant(Infinity)))
    .map(([start, length]) => ({ start, end: start + length }));

  it('keeps exactly the rows whose label does not overlap the test span', () => {
    fc.assert(
      fc.property(anyIntervals, anySpan, (all, span) => {
        const kept = new Set(purgeRows(all, span));
        all.start.forEach((start, row) => {
          expect(kept.has(row)).to.equal((all.end[row] ?? 0) < span.start || start > span.end);
        });
      }),
    );
  });

  it('leaves no overlap with labels that are tested inside the span', () => {
    fc.assert(
      fc.property(anyIntervals, anySpan, (all, span) => {
        const tested = Array.from(all.start.keys()).filter(
          (row) => (all.start[row] ?? 0) >= span.start && (all.end[row] ?? 0) <= span.end,
        );
        expect(countOverlaps(pick(all, purgeRows(all, span)), pick(all, tested))).to.equal(0);
      }),
    );
  });

  it('drops labels that end inside the test, begin inside it, lie in it or enclose it', () => {
    const train = intervals([
      [0, 9], // ends before
      [0, 10], // ends on its first moment
      [5, 15],
      [12, 14],
      [18, 30],
      [0, 40],
      [20, 25], // begins on its last moment
      [21, 25],
    ]);
    expect([...purgeRows(train, { start: 10, end: 20 })]).to.deep.equal([0, 7]);
    expect([...purgeRows(train, { start: 10, end: Infinity })]).to.deep.equal([0]);
  });
});
