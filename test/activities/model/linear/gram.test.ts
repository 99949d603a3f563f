import { expect } from 'chai';

import { addRows, decayAndAdd, emptyGram, solveGram } from '../../../../activities/model/linear/gram.js';
import { randomTanhUnits } from '../../../../activities/model/linear/random-tanh.js';
import { withTanhUnits } from '../../../../activities/model/linear/tanh-expansion.js';
import { rowsOf } from '../../../../activities/model/rows/design.js';
import type { Design } from '../../../../activities/model/rows/design.js';
import { randomStream } from '../../../../data/random.js';
import { initBackend } from '../../../../workers/tensor/backend.js';

describe('sums of least-squares problems', () => {
  before(() => initBackend());

  const random = randomStream(['gram']);
  const count = 600;
  const design: Design = {
    values: Float32Array.from({ length: count * 3 }, (_, at) => (at % 3 === 2 ? 1 : random.normal())),
    width: 3,
    count,
  };
  const weights = Float32Array.from({ length: count }, () => random.uniform());
  const values = Float32Array.from({ length: count }, () => random.normal());

  it('of two blocks, the first one decayed, are those of all rows with decayed weights', () => {
    const split = 250;
    const [whole, sums, second] = [emptyGram(3), emptyGram(3), emptyGram(3)];
    const decay = (value: number, row: number): number => (row < split ? 0.25 * value : value);
    addRows(whole, design, weights.map(decay), [values.map(decay)]);
    addRows(sums, rowsOf(design, 0, split), weights.subarray(0, split), [values.subarray(0, split)]);
    addRows(second, rowsOf(design, split, count), weights.subarray(split), [values.subarray(split)]);
    decayAndAdd(sums, 0.25, second);
    sums.gram.forEach((value, at) => expect(value).to.be.closeTo(whole.gram[at] ?? NaN, 1e-3));
    sums.rights[0]?.forEach((value, at) => expect(value).to.be.closeTo(whole.rights[0]?.[at] ?? NaN, 1e-3));
    expect(sums.rights.map(({ length }) => length)).to.deep.equal([3]);
  });

  it('leave out a column of infinite penalty as if it did not exist', () => {
    const all = emptyGram(3);
    addRows(all, design, weights, [values]);
    const [found] = solveGram(all, [Infinity, 2, 0]);
    const [a, b, d] = [(all.gram[4] ?? NaN) + 2, all.gram[5] ?? NaN, all.gram[8] ?? NaN];
    const [, right = NaN, last = NaN] = all.rights[0] ?? [];
    const determinant = a * d - b * b;
    expect(found?.[0]).to.equal(0);
    expect(found?.[1]).to.be.closeTo((right * d - last * b) / determinant, 1e-12);
    expect(found?.[2]).to.be.closeTo((last * a - right * b) / determinant, 1e-12);
  });

  it('of several targets are those of each alone', () => {
    const other = values.map((value) => value * value);
    const [both, alone] = [emptyGram(3, 2), emptyGram(3)];
    addRows(both, design, weights, [values, other]);
    addRows(alone, design, weights, [other]);
    expect(both.gram).to.deep.equal(alone.gram);
    expect(both.rights[1]).to.deep.equal(alone.rights[0]);
    expect(solveGram(both, [1, 2, 0])[1]).to.deep.equal(solveGram(alone, [1, 2, 0])[0]);
  });

  it('take columns of random tanh units, which keep a variance below 1 for any number of features', () => {
    for (const features of [2, 40]) {
      const units = randomTanhUnits(features, 8, randomStream(['units']));
      expect(units).to.deep.equal(randomTanhUnits(features, 8, randomStream(['units'])));
      const width = features + 1;
      const inputs: Design = {
        values: Float32Array.from({ length: 2000 * width }, (_, at) =>
          at % width === features ? 1 : random.normal(),
        ),
        width,
        count: 2000,
      };
      const sums = emptyGram(width + 8);
      addRows(
        sums,
        inputs,
        new Float32Array(2000).fill(1),
        [new Float32Array(2000)],
        withTanhUnits(units, width),
      );
      for (let unit = width; unit < width + 8; unit += 1)
        expect((sums.gram[unit * (width + 8) + unit] ?? NaN) / 2000).to.be.within(0.1, 0.95);
      // The first row's first unit, by hand.
      let sum = 0;
      for (let at = 0; at < width; at += 1) sum += (inputs.values[at] ?? NaN) * (units[at * 8] ?? NaN);
      const one = emptyGram(width + 8);
      addRows(
        one,
        rowsOf(inputs, 0, 1),
        Float32Array.of(1),
        [Float32Array.of(1)],
        withTanhUnits(units, width),
      );
      expect(one.rights[0]?.[width]).to.be.closeTo(Math.tanh(sum), 1e-6);
    }
  });
});
