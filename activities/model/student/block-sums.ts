import type { GramSums } from '../linear/gram.js';
import { addRows, decayAndAdd, emptyGram } from '../linear/gram.js';
import type { Design } from '../rows/design.js';
import { rowsOf } from '../rows/design.js';
import type { StudentRows } from './student-rows.js';

/** One weighted least-squares problem with several targets. */
export interface Problem {
  /** One per row. */
  readonly weights: Float32Array;
  /** Weight · target of every row, by target. */
  readonly values: readonly Float32Array[];
}

/** Sums of a problem over the rows that each block resolves. */
export function blockSums(
  { segments, blocks }: Pick<StudentRows, 'segments' | 'blocks'>,
  design: Design,
  { weights, values }: Problem,
): GramSums[] {
  const sums = Array.from({ length: blocks }, () => emptyGram(design.width, values.length));
  for (const { from, until, resolved } of segments) {
    const own = sums[resolved];
    if (own === undefined) continue;
    addRows(
      own,
      rowsOf(design, from, until),
      weights.subarray(from, until),
      values.map((value) => value.subarray(from, until)),
    );
  }
  return sums;
}

/** Of the first blocks. */
export function sumOfBlocks(blocks: readonly GramSums[], training: number): GramSums {
  const [first] = blocks;
  const width = Math.round(Math.sqrt(first?.gram.length ?? 0));
  const sums = emptyGram(width, first?.rights.length ?? 0);
  for (const block of blocks.slice(0, training)) decayAndAdd(sums, 1, block);
  return sums;
}

/** Sums of the first blocks of a problem, each added up once: many candidates follow from them. */
export class LeadingSums {
  readonly #known = new Map<number, GramSums>();

  constructor(readonly blocks: readonly GramSums[]) {}

  /** @param training Number of blocks. @returns Not to be changed. */
  of(training: number): GramSums {
    const sums = this.#known.get(training) ?? sumOfBlocks(this.blocks, training);
    this.#known.set(training, sums);
    return sums;
  }
}

/** a · A + b · B, target by target. */
export function mixedSums(a: number, one: GramSums, b: number, other: GramSums): GramSums {
  const mix = (x: Float64Array, y: Float64Array): Float64Array =>
    x.map((value, at) => a * value + b * (y[at] ?? NaN));
  return {
    gram: mix(one.gram, other.gram),
    rights: one.rights.map((right, target) => mix(right, other.rights[target] ?? right)),
  };
}
