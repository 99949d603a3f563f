import type { FeatureTable } from '../../market/feature-table.js';

/** Upper bound of the intermediate values that the networks compute per row. */
const NETWORK_VALUES = 768;

/**
 * Upper bound of the memory of a window during training, in bytes: its rows' features, once in JavaScript and
 * once as a tensor, and the networks' intermediate values.
 *
 * @param padded Number of rows that windows are padded to.
 */
export function windowBytes(table: FeatureTable, padded: number): number {
  return padded * (2 * table.names.length + NETWORK_VALUES) * Float32Array.BYTES_PER_ELEMENT;
}

/**
 * Processes a list in consecutive batches. Results must not depend on how the list is divided.
 *
 * @param most Maximum number of items per batch; a batch has at least one.
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
