import type { FeatureTable } from '../../market/feature-table.js';

/** Values that the networks make of a row on its way through, at most. */
const NETWORK_VALUES = 768;

/**
 * Bytes that a window takes while it is taught, at most: its rows' features, once for JavaScript and once
 * as a tensor, and what the networks make of them.
 *
 * @param padded Rows that windows are padded to.
 */
export function windowBytes(table: FeatureTable, padded: number): number {
  return padded * (2 * table.names.length + NETWORK_VALUES) * Float32Array.BYTES_PER_ELEMENT;
}

/**
 * Does something with a list in consecutive parts. No part's result may depend on how the list is cut.
 *
 * @param most Items of a part, at most; at least one is taken.
 */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (batch: readonly Item[], from: number) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const size = Math.max(1, Math.floor(most));
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += size)
    results.push(...(await work(items.slice(from, from + size), from)));
  return results;
}
