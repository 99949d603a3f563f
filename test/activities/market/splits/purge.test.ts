import { expect } from 'chai';
import fc from 'fast-check';

import type { LabelIntervals } from '../../../../activities/market/splits/purge.js';
import { countOverlaps, purgeRows, testSpans } from '../../../../activities/market/splits/purge.js';

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

/** Bars every five minutes, each labelled by the bar `horizon` later. */
function regular(count: number, horizon: number): LabelIntervals {
  return intervals(Array.from({ length: count }, (_, bar) => [bar * 5, (bar + horizon) * 5]));
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
  it('leaves no overlap, for any rows and test spans', () => {
    fc.assert(
      fc.property(anyIntervals, fc.infiniteStream(fc.boolean()), (all, coin) => {
        const tested = Array.from(all.start.keys()).filter(() => coin.next().value === true);
        const kept = purgeRows(all, testSpans(all, tested));
        expect(countOverlaps(pick(all, kept), pick(all, tested))).to.equal(0);
        expect(tested.some((row) => kept.includes(row))).to.equal(false);
      }),
    );
  });

  it('keeps every row that overlaps no test span', () => {
    fc.assert(
      fc.property(anyIntervals, anyIntervals, (all, tests) => {
        const spans = testSpans(tests, tests.start.keys());
        const kept = new Set(purgeRows(all, spans));
        all.start.forEach((start, row) => {
          const end = all.end[row] ?? 0;
          const free = spans.every((span) => end < span.start || start > span.end);
          expect(kept.has(row)).to.equal(free);
        });
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
    expect(Array.from(purgeRows(train, [{ start: 10, end: 20 }]))).to.deep.equal([0, 7]);
  });

  it('keeps rows between two test spans, except for those that reach into one', () => {
    const all = regular(30, 2);
    const spans = testSpans(all, [5, 6, 7, 20, 21]);
    expect(spans).to.deep.equal([
      { start: 25, end: 45 },
      { start: 100, end: 115 },
    ]);
    const between = Array.from(purgeRows(all, spans)).filter((row) => row > 7 && row < 20);
    expect(between).to.deep.equal([10, 11, 12, 13, 14, 15, 16, 17]);
  });

  it('counts the embargo in bars from the end of the test, after it only', () => {
    const all = regular(30, 2);
    const tested = [10, 11, 12];
    const purged = Array.from(purgeRows(all, testSpans(all, tested)));
    const embargoed = Array.from(purgeRows(all, testSpans(all, tested), { bars: 3, times: all.start }));
    // The last tested label resolves with bar 14: bars 15, 16 and 17 are embargoed.
    expect(purged.filter((row) => !embargoed.includes(row))).to.deep.equal([15, 16, 17]);
  });

  it('counts the embargo in bars of the market, not of the rows', () => {
    const times = Int32Array.from({ length: 40 }, (_, bar) => bar * 5);
    const sparse = intervals([0, 10, 20, 30, 80, 90, 95, 150].map((start) => [start, start + 5]));
    const kept = purgeRows(sparse, [{ start: 20, end: 75 }], { bars: 3, times });
    expect(Array.from(kept, (row) => sparse.start[row])).to.deep.equal([0, 10, 95, 150]);
  });

  it('accepts an embargo that reaches past the last bar', () => {
    const all = regular(10, 1);
    expect(
      Array.from(purgeRows(all, [{ start: 20, end: 25 }], { bars: 99, times: all.start })),
    ).to.deep.equal([0, 1, 2]);
    expect(
      Array.from(purgeRows(all, [{ start: 60, end: 70 }], { bars: 99, times: all.start })).length,
    ).to.equal(10);
  });
});
