import { expect } from 'chai';

import {
  backward,
  forward,
  initialParameters,
  joinParameters,
  meanWeights,
  parameterCount,
  splitParameters,
  toDevice,
} from '../../../../activities/model/network/network.js';
import { tf } from '../../../../activities/model/tensorflow.js';
import { randomStream } from '../../../../data/random.js';
import { initBackend } from '../../../../workers/tensor/backend.js';

const SHAPE = { features: 5, hidden: 7, members: 3 };
const ROWS = 11;

describe('an ensemble of networks', () => {
  before(() => initBackend());

  function someParameters(): Float32Array {
    const random = randomStream(['network test']);
    return initialParameters(SHAPE, -0.4, random).map((value) => value + 0.3 * random.normal());
  }

  /** Rows of random features, each followed by a 1. */
  function someRows(): Float32Array {
    const random = randomStream(['rows']);
    return Float32Array.from({ length: ROWS * 6 }, (_, at) => (at % 6 === 5 ? 1 : random.normal()));
  }

  /** Outputs of one member, by the formula in float64. */
  function outputOf(parameters: Float32Array, row: Float32Array, member: number): number {
    const units = SHAPE.members * SHAPE.hidden;
    let output = parameters[7 * units + member] ?? NaN;
    for (let unit = member * SHAPE.hidden; unit < (member + 1) * SHAPE.hidden; unit += 1) {
      let sum = 0;
      row.forEach((value, feature) => (sum += value * (parameters[feature * units + unit] ?? NaN)));
      output += (parameters[6 * units + unit] ?? NaN) * Math.tanh(sum);
    }
    return output;
  }

  it('match the formula, member by member and on average', () => {
    const parameters = someParameters();
    const values = someRows();
    tf.tidy(() => {
      const rows = tf.tensor2d(values, [ROWS, 6]);
      const outputs = forward(toDevice(SHAPE, parameters), rows).outputs.dataSync();
      const { first, second, bias } = meanWeights(SHAPE, parameters);
      const means = tf.add(tf.matMul(tf.tanh(tf.matMul(rows, first)), second), bias).dataSync();
      for (let row = 0; row < ROWS; row += 1) {
        const own = [0, 1, 2].map((member) =>
          outputOf(parameters, values.subarray(row * 6, row * 6 + 6), member),
        );
        own.forEach((value, member) => expect(outputs[row * 3 + member]).to.be.closeTo(value, 1e-5));
        expect(means[row]).to.be.closeTo(own.reduce((sum, value) => sum + value, 0) / 3, 1e-5);
      }
    });
  });

  it('match the gradient of automatic differentiation', () => {
    const random = randomStream(['labels']);
    const parameters = someParameters();
    const units = SHAPE.members * SHAPE.hidden;
    tf.tidy(() => {
      const rows = tf.tensor2d(someRows(), [ROWS, 6]);
      const y = tf.tensor2d(
        Float32Array.from({ length: ROWS }, () => random.integer(0, 1)),
        [ROWS, 1],
      );
      const loss = (weights: tf.Tensor): tf.Scalar => {
        const hidden = rows.matMul(weights.slice(0, 6 * units).reshape([6, units])).tanh();
        const weighted = hidden.mul(weights.slice(6 * units, units)).reshape([ROWS, SHAPE.members, -1]);
        const outputs = weighted.sum(2).add(weights.slice(7 * units, SHAPE.members));
        return tf.sum<tf.Scalar>(tf.sub(tf.softplus(outputs), tf.mul(outputs, y)));
      };
      const expected = tf.grad(loss)(tf.tensor1d(parameters)).dataSync();
      const device = toDevice(SHAPE, parameters);
      const pass = forward(device, rows);
      const own = backward(SHAPE, device, rows, pass, tf.sub(tf.sigmoid(pass.outputs), y));
      expect(own.length).to.equal(expected.length);
      own.forEach((value, at) => expect(value).to.be.closeTo(expected[at] ?? NaN, 2e-5));
    });
  });

  it('output their bias before training', () => {
    const start = initialParameters(SHAPE, -0.4, randomStream(['start']));
    const outputs = tf.tidy(() =>
      forward(toDevice(SHAPE, start), tf.tensor2d(someRows(), [ROWS, 6])).outputs.dataSync(),
    );
    outputs.forEach((value) => expect(value).to.equal(Math.fround(-0.4)));
  });

  it('initialise members differently', () => {
    const start = initialParameters(SHAPE, 0, randomStream(['start']));
    expect(start.slice(0, 7)).to.not.deep.equal(start.slice(7, 14));
  });

  it('round-trip through kernels and biases', () => {
    const parameters = someParameters();
    const arrays = splitParameters(SHAPE, parameters);
    expect(arrays.map(({ name, shape }) => `${name} ${shape.join('x')}`)).to.deep.equal([
      'layer-0/kernel 5x21',
      'layer-0/bias 21',
      'layer-1/kernel 21',
      'layer-1/bias 3',
    ]);
    const part = (name: string): Float32Array =>
      arrays.find((array) => array.name === name)?.data ?? new Float32Array(0);
    expect(joinParameters(SHAPE, part)).to.deep.equal(parameters);
    expect(parameters.length).to.equal(parameterCount(SHAPE));
    expect(() => joinParameters(SHAPE, () => new Float32Array(1))).to.throw(RangeError);
  });
});
