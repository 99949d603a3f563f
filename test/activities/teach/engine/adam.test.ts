import * as tf from '@tensorflow/tfjs';
import { expect } from 'chai';

import { adamStart, adamStep } from '../../../../activities/teach/engine/adam.js';
import { initBackend } from '../../../../workers/tensor/backend.js';

/** Algorithm 1 of Kingma and Ba, written out for one number. */
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
  before(() => initBackend());

  it('takes the steps of its paper', () => {
    const gradients = [0.5, -0.2, 0.9, 0.05, -1.4];
    let state = adamStart(tf.tensor2d([[0.3, -0.7]]));
    gradients.forEach((gradient, index) => {
      const both = tf.tensor2d([[gradient, -2 * gradient]]);
      state = adamStep(state, both, { rate: 0.01, step: index + 1 });
      both.dispose();
    });
    const [first = NaN, second = NaN] = state.parameters.dataSync();
    expect(first).to.be.closeTo(adamByHand(0.3, gradients, 0.01), 1e-6);
    expect(second).to.be.closeTo(
      adamByHand(
        -0.7,
        gradients.map((gradient) => -2 * gradient),
        0.01,
      ),
      1e-6,
    );
    tf.dispose([state.parameters, state.mean, state.square]);
  });
});
