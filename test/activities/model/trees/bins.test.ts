import { expect } from 'chai';
import fc from 'fast-check';

import type { BinnedRows } from '../../../../activities/model/trees/binned-rows.js';
import { BIN_MASK, binPlace, wordsOf } from '../../../../activities/model/trees/binned-rows.js';
import { binEdges, binOf, binRows, ladderOf, MAX_BINS } from '../../../../activities/model/trees/bins.js';
import { randomStream } from '../../../../data/random.js';

/** Bins, row-major. */
function binsOf({ words, count, width }: BinnedRows): number[] {
  return Array.from({ length: count * width }, (_, cell) => {
    const { word, shift } = binPlace(cell % width);
    return ((words[Math.floor(cell / width) * wordsOf(width) + word] ?? NaN) >>> shift) & BIN_MASK;
  });
}

describe('bins', () => {
  const [ranks = new Float32Array(0)] = binEdges(1, 0, []).edges;
  const rankBins = ladderOf(ranks);

  it('cut ranks into equal parts, 0 in the middle of one', () => {
    expect([-0.5, -0.49, 0, 0.49, 0.5].map((rank) => binOf(rankBins, rank))).to.deep.equal([
      0, 0, 15, 30, 30,
    ]);
    expect(binOf(rankBins, 0.016)).to.equal(15);
    expect(binOf(rankBins, 0.0162)).to.equal(16);
    expect(binOf(rankBins, -0.0162)).to.equal(14);
  });

  it('count the edges that are at most a value', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ noNaN: true, maxLength: 30 }),
        fc.float({ noDefaultInfinity: true }),
        (some, value) => {
          const edges = some.sort();
          expect(binOf(ladderOf(edges), value)).to.equal(edges.filter((edge) => value >= edge).length);
        },
      ),
    );
  });

  it('of ranks are those of their edges, next to the edges as well', () => {
    const bits = new Int32Array(1);
    const value = new Float32Array(bits.buffer);
    const near = Array.from(ranks).flatMap((edge) =>
      [-2, -1, 0, 1, 2].map((steps) => {
        value[0] = edge;
        bits[0] = (bits[0] ?? 0) + steps;
        return value[0];
      }),
    );
    const values = Float32Array.from([...near, -0.5, 0.5, 0, NaN, -1, 1]);
    const part = { ranks: values, state: new Float32Array(0), rows: [...values.keys()] };
    expect(binsOf(binRows(binEdges(1, 0, [part]), [part]))).to.deep.equal(
      Array.from(values, (rank) => binOf(rankBins, rank)),
    );
  });

  it('cut the state of the market at quantiles of the rows', () => {
    const rows = Int32Array.from({ length: 3100 }, (_, row) => row);
    const state = Float32Array.from(rows, (row) => (row * 1001) % 3100);
    const part = { ranks: new Float32Array(0), state, rows };
    const edges = binEdges(0, 1, [part]);
    expect(Array.from(edges.edges[0] ?? [])).to.deep.equal(
      Array.from({ length: MAX_BINS - 1 }, (_, edge) => 100 * (edge + 1)),
    );
    const counts = new Array<number>(MAX_BINS).fill(0);
    for (const bin of binsOf(binRows(edges, [part]))) counts[bin] = (counts[bin] ?? 0) + 1;
    expect(counts).to.deep.equal(new Array<number>(MAX_BINS).fill(100));
  });

  it('need two values of a column for an edge, and put unknown ones before it', () => {
    const part = (values: readonly number[]): Parameters<typeof binRows>[1][number] => ({
      ranks: new Float32Array(0),
      state: Float32Array.from(values),
      rows: values.map((_, row) => row),
    });
    const edgesOf = (values: readonly number[]): number[] =>
      Array.from(binEdges(0, 1, [part(values)]).edges[0] ?? [NaN]);
    expect(edgesOf([2, 2, 2])).to.deep.equal([]);
    expect(edgesOf([])).to.deep.equal([]);
    expect(edgesOf([3, NaN, 2, 3])).to.deep.equal([3]);
    const values = part([3, NaN, 2]);
    expect(binsOf(binRows(binEdges(0, 1, [values]), [values]))).to.deep.equal([1, 0, 0]);
  });

  it('put the columns of a row side by side', () => {
    const part = {
      ranks: Float32Array.of(-0.5, 0.5, 0, 0.1),
      state: Float32Array.of(1, 2),
      rows: [1, 0],
    };
    const rows = binRows(binEdges(2, 1, [part]), [part]);
    expect(rows).to.deep.include({ count: 2, width: 3 });
    expect(binsOf(rows)).to.deep.equal([15, 18, 1, 0, 30, 0]);
  });

  it('are those of every column, whatever the numbers of columns and parts', () => {
    fc.assert(
      fc.property(fc.nat(14), fc.nat(3), fc.nat(), fc.nat(7), (rankWidth, stateWidth, seed, cut) => {
        const random = randomStream(['bins', seed]);
        const drawn = (width: number): Float32Array =>
          Float32Array.from({ length: 8 * width }, () => random.uniform() - 0.5);
        const [own, state] = [drawn(rankWidth), drawn(stateWidth)];
        const order = random.shuffle(Int32Array.from({ length: 8 }, (_, row) => row));
        const parts = [order.subarray(0, cut), order.subarray(cut)].map((rows) => ({
          ranks: own,
          state,
          rows,
        }));
        const edges = binEdges(rankWidth, stateWidth, parts);
        const expected = Array.from(order).flatMap((row) =>
          edges.edges.map((some, column) =>
            binOf(
              ladderOf(some),
              (column < rankWidth
                ? own[row * rankWidth + column]
                : state[row * stateWidth + column - rankWidth]) ?? NaN,
            ),
          ),
        );
        expect(binsOf(binRows(edges, parts))).to.deep.equal(expected);
      }),
    );
  });
});
