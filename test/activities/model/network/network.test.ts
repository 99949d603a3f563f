import { expect } from 'chai';

import { ensembleOutputs } from '../../../../activities/model/network/ensemble.js';
import {
  joinParameters,
  joinedUnits,
  parameterCount,
  splitParameters,
} from '../../../../activities/model/network/network.js';
import { randomStream } from '../../../../data/random.js';
import { initBackend } from '../../../../workers/tensor/backend.js';

const SHAPE = { features: 5, hidden: 7, members: 3 };
const UNITS = SHAPE.members * SHAPE.hidden;
const ROWS = 11;

describe('an ensemble of networks', () => {
  before(() => initBackend());

  function someParameters(): Float32Array {
    const random = randomStream(['network test']);
    return Float32Array.from({ length: parameterCount(SHAPE) }, () => 0.3 * random.normal());
  }

  /** Rows of random features, each followed by a 1. */
  function someRows(): Float32Array {
    const random = randomStream(['rows']);
    return Float32Array.from({ length: ROWS * 6 }, (_, at) => (at % 6 === 5 ? 1 : random.normal()));
  }

  /** Mean output of the members, by the formula in float64. */
  function outputOf(parameters: Float32Array, row: Float32Array): number {
    let output = 0;
    for (let member = 0; member < SHAPE.members; member += 1)
      output += (parameters[7 * UNITS + member] ?? NaN) / SHAPE.members;
    for (let unit = 0; unit < UNITS; unit += 1) {
      let sum = 0;
      row.forEach((value, feature) => (sum += value * (parameters[feature * UNITS + unit] ?? NaN)));
      output += ((parameters[6 * UNITS + unit] ?? NaN) * Math.tanh(sum)) / SHAPE.members;
    }
    return output;
  }

  it('matches the formula', () => {
    const parameters = someParameters();
    const values = someRows();
    const outputs = ensembleOutputs({ shape: SHAPE, parameters }, { values, count: ROWS, width: 6 });
    outputs.forEach((output, row) =>
      expect(output).to.be.closeTo(outputOf(parameters, values.subarray(row * 6, row * 6 + 6)), 1e-5),
    );
  });

  it('is the sum of its hidden units', () => {
    const parameters = someParameters();
    const row = someRows().subarray(0, 6);
    const biases = parameters.subarray(7 * UNITS);
    const total = joinedUnits({ shape: SHAPE, parameters }).reduce(
      (sum, { input, bias, output }) => {
        const inside = input.reduce((all, weight, feature) => all + weight * (row[feature] ?? NaN), bias);
        return sum + output * Math.tanh(inside);
      },
      biases.reduce((sum, bias) => sum + bias, 0) / SHAPE.members,
    );
    expect(total).to.be.closeTo(outputOf(parameters, row), 1e-6);
  });

  it('survives being split into named arrays, and refuses arrays of another size', () => {
    const parameters = someParameters();
    const arrays = splitParameters(SHAPE, parameters);
    expect(arrays.map(({ name, shape }) => `${name} ${shape.join('×')}`)).to.deep.equal([
      'layer-0/kernel 5×21',
      'layer-0/bias 21',
      'layer-1/kernel 21',
      'layer-1/bias 3',
    ]);
    const part = (name: string): Float32Array =>
      arrays.find((array) => array.name === name)?.data ?? new Float32Array(0);
    expect([...joinParameters(SHAPE, part)]).to.deep.equal([...parameters]);
    expect(() => joinParameters(SHAPE, (name) => part(name).subarray(1))).to.throw(
      RangeError,
      'layer-0/kernel has 104 values instead of 105',
    );
  });
});
