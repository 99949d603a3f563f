import type { Design } from '../rows/design.js';
import { eachBlock } from '../rows/design.js';
import { tf } from '../tensorflow.js';
import type { Shape } from './network.js';
import { meanWeights } from './network.js';

/** An ensemble: its output is the mean of its members' outputs. */
export interface Ensemble {
  readonly shape: Shape;
  readonly parameters: Float32Array;
}

/** Output of the ensemble for every row of a design. */
export function ensembleOutputs({ shape, parameters }: Ensemble, design: Design): Float32Array {
  const { first, second, bias } = meanWeights(shape, parameters);
  const outputs = new Float32Array(design.count);
  eachBlock(design, (block, from) => {
    outputs.set(tf.matMul(tf.tanh(tf.matMul(block, first)), second).dataSync(), from);
  });
  tf.dispose([first, second]);
  return outputs.map((output) => output + bias);
}
