import { tf } from '../../tensorflow.js';
import type { Design } from './design.js';
import { MOST_HELD } from './design.js';

/** Any rows of a design on the device, in any order. */
export interface RowGatherer {
  /** The rows [n, width], which the caller disposes of. */
  readonly gather: (rows: Int32Array) => tf.Tensor2D;
  readonly dispose: () => void;
}

/** @param mostHeld Bytes of a design that may stay on the device. @returns What the caller disposes of. */
export function rowGatherer({ values, count, width }: Design, mostHeld = MOST_HELD): RowGatherer {
  if (values.byteLength <= mostHeld) {
    const held = tf.tensor2d(values, [count, width]);
    return {
      gather: (rows) => tf.tidy(() => tf.gather(held, tf.tensor1d(rows, 'int32'))),
      dispose: () => held.dispose(),
    };
  }
  return {
    gather: (rows) => {
      const gathered = new Float32Array(rows.length * width);
      rows.forEach((row, at) => gathered.set(values.subarray(row * width, (row + 1) * width), at * width));
      return tf.tensor2d(gathered, [rows.length, width]);
    },
    dispose: () => undefined,
  };
}
