import { expect } from 'chai';

import { adamStart, adamStep } from '../../../../activities/model/network/adam.js';

/** Algorithm 1 of Kingma and Ba, written out for one parameter. */
function adamByHand(start: number, gradients: readonly number[], rate: number): number {
  let [value, mean, square] = [start, 0, 0];
  gradients.forEach((gradient, index) => {
    mean = 0.9 * mean + 0.1 * gradient;
    square = 0.999 * square + 0.001 * gradient ** 2;
    const step = index + 1;
    value -= (rate * (mean / (1 - 0.9 ** step))) / (Math.sqrt(square / (1 - 0.999 ** step)) + 1e-7);
  });
  return value;
}

describe('Adam', () => {
  it('takes the steps of the paper', () => {
    const gradients = [0.5, -0.2, 0.9, 0.05, -1.4];
    const state = adamStart(Float32Array.of(0.3, -0.7));
    gradients.forEach((gradient, index) => {
      adamStep(state, Float32Array.of(gradient, -2 * gradient), { rate: 0.01, step: index + 1 });
    });
    const [first = NaN, second = NaN] = state.parameters;
    expect(first).to.be.closeTo(adamByHand(0.3, gradients, 0.01), 1e-6);
    expect(second).to.be.closeTo(
      adamByHand(
        -0.7,
        gradients.map((gradient) => -2 * gradient),
        0.01,
      ),
      1e-6,
    );
  });
});
