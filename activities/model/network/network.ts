import { tf } from '../tensorflow.js';
import type { NamedArray } from '../units/named-arrays.js';

/**
 * An ensemble of networks with one tanh layer that see the same rows. The hidden units of all members are
 * columns of one matrix, so that a layer of the whole ensemble is one matrix product.
 *
 * Parameters are one array: the first layer row-major [(F + 1) × M·H], with its biases in the last row, since
 * a row of features ends with a 1; then the output weights [M·H] and the output biases [M].
 */
export interface Shape {
  /** Features of a row, without the constant. */
  readonly features: number;
  /** Hidden units of one member. */
  readonly hidden: number;
  readonly members: number;
}

/** Number of parameters of all members together. */
export function parameterCount(shape: Shape): number {
  return partsOf(shape).reduce((sum, { size }) => sum + size, 0);
}

/** The mean of the members' outputs as one network with a single output. */
export function meanWeights(
  shape: Shape,
  parameters: Float32Array,
): { readonly first: tf.Tensor2D; readonly second: tf.Tensor2D; readonly bias: number } {
  const { features, hidden, members } = shape;
  const units = members * hidden;
  const firstEnd = (features + 1) * units;
  const biases = parameters.subarray(firstEnd + units);
  return {
    first: tf.tensor2d(parameters.subarray(0, firstEnd), [features + 1, units]),
    second: tf.tensor2d(
      parameters.subarray(firstEnd, firstEnd + units).map((weight) => weight / members),
      [units, 1],
    ),
    bias: biases.reduce((sum, bias) => sum + bias, 0) / members,
  };
}

/** A hidden unit of an ensemble. */
interface HiddenUnit {
  /** Weights of the features [F]. */
  readonly input: Float32Array;
  readonly bias: number;
  /** What its activation adds to the mean of the members' outputs. */
  readonly output: number;
}

/** The hidden units of all members, one by one. */
export function joinedUnits({
  shape,
  parameters,
}: {
  readonly shape: Shape;
  readonly parameters: Float32Array;
}): HiddenUnit[] {
  const { features, hidden, members } = shape;
  const units = members * hidden;
  const firstEnd = (features + 1) * units;
  return Array.from({ length: units }, (_, unit) => ({
    input: Float32Array.from(
      { length: features },
      (__, feature) => parameters[feature * units + unit] ?? NaN,
    ),
    bias: parameters[features * units + unit] ?? NaN,
    output: (parameters[firstEnd + unit] ?? NaN) / members,
  }));
}

/** Parameters as named arrays: `layer-0/kernel` [F, M·H], `layer-0/bias`, `layer-1/kernel`, `layer-1/bias`. */
export function splitParameters(shape: Shape, parameters: Float32Array): NamedArray[] {
  let start = 0;
  return partsOf(shape).map(({ name, dimensions, size }) => {
    const data = parameters.slice(start, start + size);
    start += size;
    return { name, shape: dimensions, data };
  });
}

/**
 * The inverse of {@link splitParameters}.
 *
 * @param part Data of the array with a name.
 * @throws RangeError when an array has another size.
 */
export function joinParameters(shape: Shape, part: (name: string) => Float32Array): Float32Array {
  const parameters = new Float32Array(parameterCount(shape));
  let start = 0;
  for (const { name, size } of partsOf(shape)) {
    const data = part(name);
    if (data.length !== size) throw new RangeError(`${name} has ${data.length} values instead of ${size}`);
    parameters.set(data, start);
    start += size;
  }
  return parameters;
}

function partsOf({
  features,
  hidden,
  members,
}: Shape): { readonly name: string; readonly dimensions: readonly number[]; readonly size: number }[] {
  const units = members * hidden;
  return [
    { name: 'layer-0/kernel', dimensions: [features, units], size: features * units },
    { name: 'layer-0/bias', dimensions: [units], size: units },
    { name: 'layer-1/kernel', dimensions: [units], size: units },
    { name: 'layer-1/bias', dimensions: [members], size: members },
  ];
}
