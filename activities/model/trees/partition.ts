import type { BinnedRows, BinPlace } from './binned-rows.js';
import { BIN_MASK, binPlace, wordsOf } from './binned-rows.js';
import type { Split } from './best-split.js';

/**
 * Moves the rows of a node that go left before those that go right; both stay in order.
 *
 * @param order Rows; the node's are at places `from` to `until`.
 * @param spare Memory for as many rows.
 * @returns The place of the first row that goes right.
 */
export function partition(
  { words, width }: BinnedRows,
  { column, bin }: Pick<Split, 'column' | 'bin'>,
  order: Int32Array,
  from: number,
  until: number,
  spare: Int32Array,
): number {
  const middle = separate(words, wordsOf(width), binPlace(column), bin, order, from, until, spare);
  order.set(spare.subarray(0, until - middle), middle);
  return middle;
}

/**
 * Moves the rows that go left, and writes the others to `spare`. A function of its own: Node optimises a loop while it
 * runs, and throws that away again at what comes after the loop.
 */
function separate(
  words: Int32Array,
  rowWords: number,
  { word, shift }: BinPlace,
  bin: number,
  order: Int32Array,
  from: number,
  until: number,
  spare: Int32Array,
): number {
  const mask = BIN_MASK;
  let left = from;
  let moved = 0;
  for (let place = from; place < until; place += 1) {
    const row = order[place] ?? 0;
    const right = Number((((words[row * rowWords + word] ?? 0) >>> shift) & mask) > bin);
    // Both are written and one of them counts: without branches, as in `rankBin`.
    order[left] = row;
    spare[moved] = row;
    left += 1 - right;
    moved += right;
  }
  return left;
}
