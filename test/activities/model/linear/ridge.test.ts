import { expect } from 'chai';

import { designOf, linearOutputs } from '../../../../activities/model/rows/design.js';
import { fitRidge } from '../../../../activities/model/linear/ridge.js';
import { randomStream } from '../../../../data/random.js';
import { initBackend } from '../../../../workers/tensor/backend.js';

const ROWS = 20_000;

describe('ridge regression', () => {
  before(() => initBackend());

  const random = randomStream(['ridge']);
  const matrix = Float32Array.from({ length: ROWS * 3 }, () => random.normal());
  const scaler = { mean: new Float32Array(3), deviation: new Float32Array(3).fill(1), clip: 5 };
  const design = designOf(scaler, [{ matrix, rows: Int32Array.from({ length: ROWS }, (_, row) => row) }]);
  const weights = Float32Array.from({ length: ROWS }, () => 0.5 + random.uniform());
  const targets = Float32Array.from(
    { length: ROWS },
    (_, row) => 2 - 0.7 * (matrix[row * 3] ?? NaN) + 0.2 * (matrix[row * 3 + 2] ?? NaN),
  );

  it('recovers the weights of a linear rule, over blocks and for any row weights', () => {
    const found = fitRidge(design, targets, weights, [1e-6, 1e-6, 1e-6, 0]);
    [-0.7, 0, 0.2, 2].forEach((expected, at) => expect(found[at]).to.be.closeTo(expected, 1e-5));
    linearOutputs(design, found).forEach((value, row) =>
      expect(value).to.be.closeTo(targets[row] ?? NaN, 1e-4),
    );
  });

  it('has a zero gradient at its solution: residuals balance the ridge penalty', () => {
    const ridge = 3000;
    const found = fitRidge(design, targets, weights, [ridge, ridge, ridge, 0]);
    const predicted = linearOutputs(design, found);
    for (let column = 0; column < 4; column += 1) {
      let slope = column < 3 ? -ridge * (found[column] ?? NaN) : 0;
      for (let row = 0; row < ROWS; row += 1)
        slope +=
          (weights[row] ?? NaN) *
          ((targets[row] ?? NaN) - (predicted[row] ?? NaN)) *
          (design.values[row * 4 + column] ?? NaN);
      expect(Math.abs(slope) / ROWS).to.be.below(1e-5);
    }
    expect(Math.abs(found[0] ?? NaN)).to.be.within(0.55, 0.65);
  });

  it('returns zeros without rows', () => {
    const none = designOf(scaler, []);
    expect([...fitRidge(none, new Float32Array(0), new Float32Array(0), [1, 1, 1, 0])]).to.deep.equal([
      0, 0, 0, 0,
    ]);
  });
});
