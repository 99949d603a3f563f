import * as tf from '@tensorflow/tfjs';
import { expect } from 'chai';

import {
  backward,
  forward,
  initialParameters,
  joinParameters,
  parameterCount,
  splitParameters,
} from '../../../../activities/teach/engine/network.js';
import { randomStream } from '../../../../data/random.js';
import { initBackend } from '../../../../workers/tensor/backend.js';

const WIDTHS = [5, 7, 4, 1];
const NETWORKS = 3;

describe('dense networks with a leading dimension', () => {
  before(() => initBackend());

  function parametersWithLastLayer(): Float32Array {
    const random = randomStream(['network test']);
    return initialParameters(WIDTHS, NETWORKS, -0.4, random).map((value) => value + 0.3 * random.normal());
  }

  for (const shared of [true, false])
    it(`backpropagate the gradient that automatic differentiation finds (${shared ? 'shared' : 'own'} rows)`, () => {
      const random = randomStream(['rows', String(shared)]);
      const rows = 11;
      tf.tidy(() => {
        const parameters = tf.tensor2d(parametersWithLastLayer(), [NETWORKS, parameterCount(WIDTHS)]);
        const batch = shared ? 1 : NETWORKS;
        const x = tf.tensor3d(
          Float32Array.from({ length: batch * rows * 5 }, () => random.normal()),
          [batch, rows, 5],
        );
        const y = tf.tensor3d(
          Float32Array.from({ length: batch * rows }, () => random.integer(0, 1)),
          [batch, rows, 1],
        );
        const loss = (weights: tf.Tensor): tf.Scalar => {
          const { outputs } = forward(WIDTHS, weights.as2D(NETWORKS, parameterCount(WIDTHS)), x);
          return tf.sum<tf.Scalar>(tf.sub(tf.softplus(outputs), tf.mul(outputs, y)));
        };
        const expected = tf.grad(loss)(parameters).dataSync();
        const pass = forward(WIDTHS, parameters, x);
        const slope = tf.sub<tf.Tensor3D>(tf.sigmoid(pass.outputs), y);
        const own = backward(WIDTHS, parameters, pass, slope).dataSync();
        expect(own.length).to.equal(expected.length);
        own.forEach((value, at) => expect(value).to.be.closeTo(expected[at] ?? NaN, 2e-5));
      });
    });

  it('have the gradient of finite differences', () => {
    const random = randomStream(['differences']);
    const count = parameterCount([3, 4, 1]);
    const weights = Float32Array.from({ length: count }, () => random.normal());
    const rows = Float32Array.from({ length: 6 * 3 }, () => random.normal());
    const sumOfOutputs = (values: Float32Array): number =>
      tf.tidy(() => {
        const { outputs } = forward([3, 4, 1], tf.tensor2d(values, [1, count]), tf.tensor3d(rows, [1, 6, 3]));
        return tf.sum(outputs).dataSync()[0] ?? NaN;
      });
    const gradient = tf.tidy(() => {
      const parameters = tf.tensor2d(weights, [1, count]);
      const pass = forward([3, 4, 1], parameters, tf.tensor3d(rows, [1, 6, 3]));
      return Float32Array.from(backward([3, 4, 1], parameters, pass, tf.onesLike(pass.outputs)).dataSync());
    });
    const step = 1e-2;
    gradient.forEach((value, at) => {
      const moved = (by: number): Float32Array =>
        weights.map((weight, index) => (index === at ? weight + by : weight));
      const difference = (sumOfOutputs(moved(step)) - sumOfOutputs(moved(-step))) / (2 * step);
      expect(value).to.be.closeTo(difference, 5e-3);
    });
  });

  it('say their bias before they have learnt anything', () => {
    const start = initialParameters(WIDTHS, NETWORKS, -0.4, randomStream(['start']));
    const outputs = tf.tidy(() => {
      const rows = tf.tensor3d(
        Float32Array.from({ length: 10 }, (_, at) => at - 4),
        [1, 2, 5],
      );
      return forward(WIDTHS, tf.tensor2d(start, [NETWORKS, parameterCount(WIDTHS)]), rows).outputs.dataSync();
    });
    outputs.forEach((value) => expect(value).to.equal(Math.fround(-0.4)));
  });

  it('have members that start differently', () => {
    const start = initialParameters(WIDTHS, 2, 0, randomStream(['start']));
    const half = parameterCount(WIDTHS);
    expect(start.slice(0, 30)).to.not.deep.equal(start.slice(half, half + 30));
  });

  it('can be taken apart into kernels and biases and put together again', () => {
    const parameters = parametersWithLastLayer();
    const arrays = splitParameters(WIDTHS, NETWORKS, parameters);
    expect(arrays.map(({ name, shape }) => `${name} ${shape.join('x')}`)).to.deep.equal([
      'layer-0/kernel 3x5x7',
      'layer-0/bias 3x7',
      'layer-1/kernel 3x7x4',
      'layer-1/bias 3x4',
      'layer-2/kernel 3x4x1',
      'layer-2/bias 3x1',
    ]);
    const joined = joinParameters(
      WIDTHS,
      NETWORKS,
      (name) => arrays.find((array) => array.name === name)?.data ?? new Float32Array(0),
    );
    expect(joined).to.deep.equal(parameters);
  });
});
