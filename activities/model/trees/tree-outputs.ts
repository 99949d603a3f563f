import { integers, integersOf } from '../../../data/math/fill-columns.js';
import type { BinnedRows } from './binned-rows.js';
import { BIN_MASK, binPlace, wordsOf } from './binned-rows.js';
import { MAX_BINS } from './bins.js';
import type { Trees } from './trees.js';
import { TREE_NODES, TREE_SPLITS } from './trees.js';

/** Adds a tree's output to every row's prediction. @param trees Their thresholds are edges of the rows. */
export function addOutputs(trees: Trees, tree: number, rows: BinnedRows, predictions: Float64Array): void {
  const { words: bins, count } = rows;
  const rowWords = wordsOf(rows.width);
  const places = Array.from(trees.columns.subarray(tree * TREE_SPLITS, (tree + 1) * TREE_SPLITS), binPlace);
  const words = integersOf(places, ({ word }) => word);
  const shifts = integersOf(places, ({ shift }) => shift);
  const lastLeft = lastLeftBins(trees, tree, rows);
  const values = Float64Array.from(trees.values.subarray(tree * TREE_NODES, (tree + 1) * TREE_NODES));
  const mask = BIN_MASK;
  const [firstWord, firstShift, firstLast] = [words[0] ?? 0, shifts[0] ?? 0, lastLeft[0] ?? 0];
  for (let row = 0, at = 0; row < count; row += 1, at += rowWords) {
    // The depth of 3 is written out, without branches: see `rankBin`.
    const one = ((bins[at + firstWord] ?? 0) >>> firstShift) & mask;
    const a = 1 + Number(one > firstLast);
    const two = ((bins[at + (words[a] ?? 0)] ?? 0) >>> (shifts[a] ?? 0)) & mask;
    const b = 2 * a + 1 + Number(two > (lastLeft[a] ?? 0));
    const three = ((bins[at + (words[b] ?? 0)] ?? 0) >>> (shifts[b] ?? 0)) & mask;
    const c = 2 * b + 1 + Number(three > (lastLeft[b] ?? 0));
    predictions[row] = (predictions[row] ?? 0) + (values[c] ?? 0);
  }
}

/** For every node of a tree, the last bin whose rows go left. */
function lastLeftBins(trees: Trees, tree: number, { edges: { edges } }: BinnedRows): Int32Array {
  return integers(TREE_SPLITS, (place) => {
    const at = tree * TREE_SPLITS + place;
    const threshold = trees.thresholds[at] ?? NaN;
    if (threshold === Infinity) return MAX_BINS;
    return (edges[trees.columns[at] ?? -1] ?? []).findIndex((edge) => edge === threshold);
  });
}
