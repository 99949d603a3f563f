import { tf } from '../tensorflow.js';
import type { Design } from './design.js';
import { MOST_HELD, columnOf, eachBlock } from './design.js';

/** What a classifier is fitted to, a number a row. */
export interface Targets {
  /** 0 or 1, or a share between. */
  readonly labels: Float32Array;
  /** How much each row counts; their mean is about 1. */
  readonly weights: Float32Array;
}

/** Some rows of a design on the device, with what they are fitted to. */
export interface LabelledBlock {
  /** [n, width]. */
  readonly rows: tf.Tensor2D;
  /** [n, 1]. */
  readonly labels: tf.Tensor2D;
  /** [n, 1]. */
  readonly weights: tf.Tensor2D;
}

/** A design in blocks, for several passes. */
export interface LabelledBlocks {
  /** Calls `visit` with each block in turn, in a tidy of its own. */
  readonly each: (visit: (block: LabelledBlock) => void) => void;
  readonly dispose: () => void;
}

/** @param mostHeld Bytes of a design that may stay on the device. @returns Blocks that the caller disposes of. */
export function labelledBlocks(design: Design, targets: Targets, mostHeld = MOST_HELD): LabelledBlocks {
  const send = (rows: tf.Tensor2D, from: number, until: number): LabelledBlock => ({
    rows,
    labels: columnOf(targets.labels.subarray(from, until)),
    weights: columnOf(targets.weights.subarray(from, until)),
  });
  if (design.values.byteLength > mostHeld)
    return {
      each: (visit) => eachBlock(design, (rows, from, until) => visit(send(rows, from, until))),
      dispose: () => undefined,
    };
  const held: LabelledBlock[] = [];
  eachBlock(design, (rows, from, until) => {
    const block = send(rows, from, until);
    for (const tensor of tensorsOf(block)) tf.keep(tensor);
    held.push(block);
  });
  return {
    each: (visit) => held.forEach((block) => tf.tidy(() => visit(block))),
    dispose: () => tf.dispose(held.flatMap(tensorsOf)),
  };
}

function tensorsOf({ rows, labels, weights }: LabelledBlock): tf.Tensor[] {
  return [rows, labels, weights];
}

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
