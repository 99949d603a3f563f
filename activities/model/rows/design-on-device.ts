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
