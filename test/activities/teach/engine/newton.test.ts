import { expect } from 'chai';
import fc from 'fast-check';

import { logLossOf } from '../../../../activities/teach/engine/log-loss.js';
import type { LogisticFit, LogisticRows } from '../../../../activities/teach/engine/newton.js';
import { fitLogistic } from '../../../../activities/teach/engine/newton.js';
import { randomStream } from '../../../../data/random.js';

function makeRows(count: number, width: number, seed: number, slope = 1): LogisticRows {
  const random = randomStream(['newton', seed]);
  const values = Float32Array.from({ length: count * width }, () => random.normal());
  const offsets = Float64Array.from({ length: count }, () => 0.5 * random.normal());
  const labels = Float32Array.from({ length: count }, (_, row) => {
    const logit = (offsets[row] ?? NaN) - 0.6 + slope * (values[row * width] ?? 0);
    return random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  });
  return { values, width, labels, offsets };
}

/** What is minimised, written out. */
function objective(rows: LogisticRows, ridge: number, { intercept, weights }: LogisticFit): number {
  let sum = 0.5 * logLossOf(intercept, 0) + 0.5 * logLossOf(intercept, 1);
  for (const weight of weights) sum += (ridge / 2) * weight * weight;
  rows.labels.forEach((label, row) => {
    let logit = (rows.offsets[row] ?? NaN) + intercept;
    weights.forEach((weight, at) => (logit += weight * (rows.values[row * rows.width + at] ?? NaN)));
    sum += logLossOf(logit, label);
  });
  return sum;
}

/** Plain gradient descent by finite differences: slow, and another way altogether. */
function descend(rows: LogisticRows, ridge: number): LogisticFit {
  const point = new Float64Array(rows.width + 1);
  const at = (values: Float64Array): number =>
    objective(rows, ridge, { intercept: values[0] ?? NaN, weights: values.slice(1) });
  const rate = 1 / (rows.labels.length + ridge);
  for (let round = 0; round < 400; round += 1) {
    const gradient = point.map((_, place) => {
      const moved = (by: number): Float64Array =>
        point.map((value, index) => (index === place ? value + by : value));
      return (at(moved(1e-4)) - at(moved(-1e-4))) / 2e-4;
    });
    gradient.forEach((slope, place) => (point[place] = (point[place] ?? NaN) - 2 * rate * slope));
  }
  return { intercept: point[0] ?? NaN, weights: point.slice(1) };
}

describe("logistic regression by Newton's method", () => {
  it('finds what gradient descent finds', () => {
    for (const ridge of [1, 30]) {
      const rows = makeRows(120, 3, 1);
      const [found, expected] = [fitLogistic(rows, ridge), descend(rows, ridge)];
      expect(found.intercept).to.be.closeTo(expected.intercept, 1e-5);
      found.weights.forEach((weight, at) => expect(weight).to.be.closeTo(expected.weights[at] ?? NaN, 1e-5));
    }
  });

  it('stands at a minimum: no step in any direction goes down', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 0, max: 60 }),
        fc.constantFrom(0.5, 10, 1000),
        fc.constantFrom(0, 1, 8),
        (seed, count, ridge, slope) => {
          const rows = makeRows(count, 2, seed, slope);
          const found = fitLogistic(rows, ridge);
          const lowest = objective(rows, ridge, found);
          for (const [place, by] of [0, 1, 2].flatMap((at) => [
            [at, 1e-3],
            [at, -1e-3],
          ])) {
            const weights = found.weights.map((weight, at) =>
              at + 1 === place ? weight + (by ?? 0) : weight,
            );
            const intercept = found.intercept + (place === 0 ? (by ?? 0) : 0);
            expect(objective(rows, ridge, { intercept, weights })).to.be.at.least(lowest - 1e-10);
          }
        },
      ),
    );
  });

  it('keeps the intercept finite where all labels are alike, and at 0 without rows', () => {
    const rows = { ...makeRows(200, 2, 3), labels: new Float32Array(200).fill(1) };
    const alone = { ...rows, offsets: new Float64Array(200), values: new Float32Array(400) };
    expect(fitLogistic(alone, 1).intercept).to.be.closeTo(Math.log(200.5 / 0.5), 1e-6);
    expect(Number.isFinite(fitLogistic(rows, 1).intercept)).to.equal(true);
    expect(fitLogistic(makeRows(0, 2, 1), 1)).to.deep.equal({ intercept: 0, weights: new Float64Array(2) });
  });

  it('pulls weights to zero under a heavy ridge, and leaves the intercept free', () => {
    const rows = makeRows(500, 2, 4, 2);
    const [light, heavy] = [fitLogistic(rows, 1), fitLogistic(rows, 1e6)];
    expect(Math.abs(heavy.weights[0] ?? NaN)).to.be.below(1e-3);
    expect(light.weights[0]).to.be.above(1);
    expect(heavy.intercept).to.be.below(-0.2);
  });

  it('says so by numbers that are no numbers where a value is none', () => {
    const rows = makeRows(50, 2, 5);
    rows.values[7] = NaN;
    expect(Number.isFinite(fitLogistic(rows, 1).intercept)).to.equal(false);
  });
});
