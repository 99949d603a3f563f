import { expect } from 'chai';
import fc from 'fast-check';

import { logitLogLoss } from '../../../../activities/stats/log-loss.js';
import type { Design } from '../../../../activities/model/rows/design.js';
import type { LabelledBlocks, Targets } from '../../../../activities/model/rows/design-on-device.js';
import { labelledBlocks } from '../../../../activities/model/rows/design-on-device.js';
import { fitLogistic } from '../../../../activities/model/linear/logistic.js';
import { tf } from '../../../../activities/model/tensorflow.js';
import { randomStream } from '../../../../data/random.js';
import { initBackend } from '../../../../workers/tensor/backend.js';

interface Rows extends Targets {
  readonly design: Design;
}

function makeRows(count: number, features: number, seed: number, slope = 1): Rows {
  const random = randomStream(['logistic', seed]);
  const width = features + 1;
  const values = Float32Array.from({ length: count * width }, (_, at) =>
    at % width === features ? 1 : random.normal(),
  );
  const labels = Float32Array.from({ length: count }, (_, row) => {
    const logit = -0.6 + slope * (values[row * width] ?? 0);
    return random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  const weights = Float32Array.from({ length: count }, () => 0.5 + random.uniform());
  return { design: { values, count, width }, labels, weights };
}

/** The objective, written out; the intercept is the last number of a point. */
function objective(
  { design, labels, weights }: Rows,
  ridge: readonly number[],
  point: ArrayLike<number>,
): number {
  const constant = point[design.width - 1] ?? NaN;
  let sum = 0.5 * logitLogLoss(constant, 0) + 0.5 * logitLogLoss(constant, 1);
  ridge.forEach((penalty, at) => (sum += (penalty / 2) * (point[at] ?? NaN) ** 2));
  labels.forEach((label, row) => {
    let logit = 0;
    for (let at = 0; at < design.width; at += 1)
      logit += (point[at] ?? NaN) * (design.values[row * design.width + at] ?? NaN);
    sum += (weights[row] ?? NaN) * logitLogLoss(logit, label);
  });
  return sum;
}

const fit = ({ design, ...targets }: Rows, ridge: readonly number[], start?: Float32Array): Float32Array =>
  fitLogistic(design, targets, ridge, start);

/** Gradient descent with finite differences: slow, but independent of the code under test. */
function descend(rows: Rows, ridge: readonly number[]): Float64Array {
  const point = new Float64Array(rows.design.width);
  const rate = 1 / (rows.labels.length + Math.max(...ridge));
  for (let round = 0; round < 400; round += 1) {
    const gradient = point.map((_, place) => {
      const moved = (by: number): Float64Array =>
        point.map((value, index) => (index === place ? value + by : value));
      return (objective(rows, ridge, moved(1e-4)) - objective(rows, ridge, moved(-1e-4))) / 2e-4;
    });
    gradient.forEach((slope, place) => (point[place] = (point[place] ?? NaN) - 2 * rate * slope));
  }
  return point;
}

/** A few rows of a rare class with large features, where whole steps of Newton's method overshoot. */
function makeRareRows(seed: number): Rows {
  const random = randomStream(['rare', seed]);
  const [count, width] = [26, 4];
  const values = Float32Array.from({ length: count * width }, (_, at) =>
    at % width === width - 1 ? 1 : 3 * random.normal(),
  );
  const labels = Float32Array.from({ length: count }, (_, row) =>
    (values[row * width] ?? 0) + 0.3 * random.normal() > 4 ? 1 : 0,
  );
  return { design: { values, count, width }, labels, weights: new Float32Array(count).fill(1) };
}

describe("logistic regression by Newton's method", () => {
  before(() => initBackend());

  it('finds the minimum for a few rows of a rare class', () => {
    const ridge = [0.01, 0.01, 0.01];
    for (let seed = 0; seed < 40; seed += 1) {
      const rows = makeRareRows(seed);
      const solution = Array.from(fit(rows, ridge));
      const least = objective(rows, ridge, solution);
      expect(Number.isFinite(least)).to.equal(true);
      for (const place of solution.keys())
        for (const by of [-0.05, 0.05]) {
          const moved = solution.map((value, at) => (at === place ? value + by : value));
          expect(objective(rows, ridge, moved)).to.be.above(least);
        }
    }
  });

  it('converges to the solution of gradient descent from any start', () => {
    for (const ridge of [
      [1, 1, 1],
      [30, 2, 0.5],
    ]) {
      const rows = makeRows(120, 3, 1);
      const expected = descend(rows, ridge);
      for (const start of [undefined, Float32Array.of(0.4, -0.3, 0.2, -1)])
        fit(rows, ridge, start).forEach((weight, at) =>
          expect(weight).to.be.closeTo(expected[at] ?? NaN, 1e-5),
        );
    }
  });

  it('ends at a minimum: no step in any direction lowers the objective', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 0, max: 60 }),
        fc.constantFrom(0.5, 10, 1000),
        fc.constantFrom(0, 1, 8),
        (seed, count, penalty, slope) => {
          const rows = makeRows(count, 2, seed, slope);
          const ridge = [penalty, 2 * penalty];
          const found = fit(rows, ridge);
          const lowest = objective(rows, ridge, found);
          for (const place of [0, 1, 2])
            for (const by of [0.01, -0.01]) {
              const moved = found.map((value, at) => (at === place ? value + by : value));
              expect(objective(rows, ridge, moved)).to.be.at.least(lowest - 1e-9);
            }
        },
      ),
    );
  });

  it('keeps the intercept finite when all labels are equal, and 0 without rows', () => {
    const alone = makeRows(200, 0, 3);
    const ones = { ...alone, labels: alone.labels.map(() => 1), weights: alone.weights.map(() => 1) };
    expect(fit(ones, [])[0]).to.be.closeTo(Math.log(200.5 / 0.5), 1e-5);
    const rows = makeRows(200, 2, 3);
    const certain = { ...rows, labels: rows.labels.map(() => 1) };
    expect(fit(certain, [1, 1]).every(Number.isFinite)).to.equal(true);
    expect([...fit(makeRows(0, 2, 1), [1, 1])]).to.deep.equal([0, 0, 0]);
  });

  it('shrinks a weight to zero under a heavy ridge penalty, but not the others or the intercept', () => {
    const rows = makeRows(500, 2, 4, 2);
    const [light, heavy] = [fit(rows, [1, 1]), fit(rows, [1e6, 1])];
    expect(Math.abs(heavy[0] ?? NaN)).to.be.below(1e-3);
    expect(light[0]).to.be.above(1);
    expect(heavy[2]).to.be.below(-0.2);
  });

  it('counts a row of twice the weight as two rows', () => {
    const rows = makeRows(80, 2, 6);
    const { design, labels } = rows;
    const twice = {
      design: { ...design, count: 160, values: Float32Array.from([...design.values, ...design.values]) },
      labels: Float32Array.from([...labels, ...labels]),
      weights: new Float32Array(160).fill(1),
    };
    const heavy = { ...rows, weights: new Float32Array(80).fill(2) };
    fit(heavy, [5, 5]).forEach((weight, at) =>
      expect(weight).to.be.closeTo(fit(twice, [5, 5])[at] ?? NaN, 1e-6),
    );
  });

  it('returns NaN when an input is NaN', () => {
    const rows = makeRows(50, 2, 5);
    rows.design.values[7] = NaN;
    expect(fit(rows, [1, 1]).some(Number.isNaN)).to.equal(true);
  });

  it('leaks no tensors', () => {
    const before = tf.memory().numTensors;
    fit(makeRows(300, 2, 7), [1, 1]);
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('visits the same blocks whether they stay on the device or not', () => {
    const { design, ...targets } = makeRows(20_000, 1, 8);
    const [held, sent] = [labelledBlocks(design, targets), labelledBlocks(design, targets, 0)];
    const visited = (blocks: LabelledBlocks): number[][] => {
      const sums: number[][] = [];
      for (let pass = 0; pass < 2; pass += 1)
        blocks.each((block) => {
          const parts = [block.rows, block.labels, block.weights];
          sums.push(parts.flatMap((tensor) => [...tensor.shape, ...tf.sum(tensor).dataSync()]));
        });
      blocks.dispose();
      return sums;
    };
    const before = tf.memory().numTensors;
    expect(visited(sent)).to.deep.equal(visited(held)).and.to.have.length(6);
    expect(tf.memory().numTensors).to.be.below(before);
  });
});
