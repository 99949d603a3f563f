import { tf } from '../tensorflow.js';
import type { Design } from './design.js';
import { MAX_HELD_BYTES, columnOf, eachBlock } from './design.js';

/** Targets of a classifier, one per row. */
export interface Targets {
  /** Labels 0 or 1, or soft labels between. */
  readonly labels: Float32Array;
  /** Row weights with a mean of about 1. */
  readonly weights: Float32Array;
}

/** Some rows of a design on the device, with their targets. */
export interface LabelledBlock {
  /** [n, width]. */
  readonly rows: tf.Tensor2D;
  /** [n, 1]. */
  readonly labels: tf.Tensor2D;
  /** [n, 1]. */
  readonly weights: tf.Tensor2D;
}

/** A design in blocks, to be visited several times. */
export interface LabelledBlocks {
  /** Calls `visit` with each block in turn, inside tf.tidy. */
  readonly each: (visit: (block: LabelledBlock) => void) => void;
  readonly dispose: () => void;
}

/** @param maxHeldBytes Bytes of a design that may stay on the device. @returns Blocks that the caller disposes of. */
export function labelledBlocks(
  design: Design,
  targets: Targets,
  maxHeldBytes = MAX_HELD_BYTES,
): LabelledBlocks {
  const send = (rows: tf.Tensor2D, from: number, until: number): LabelledBlock => ({
    rows,
    labels: columnOf(targets.labels.subarray(from, until)),
    weights: columnOf(targets.weights.subarray(from, until)),
  });
  if (design.values.byteLength > maxHeldBytes)
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

/** Gathers rows of a design on the device, in any order. */
export interface RowGatherer {
  /** The rows [n, width], which the caller disposes of. */
  readonly gather: (rows: Int32Array) => tf.Tensor2D;
  readonly dispose: () => void;
}

/** @param maxHeldBytes Bytes of a design that may stay on the device. @returns A gatherer that the caller disposes of. */
export function rowGatherer({ values, count, width }: Design, maxHeldBytes = MAX_HELD_BYTES): RowGatherer {
  if (values.byteLength <= maxHeldBytes) {
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
