import { isCancellation } from '@temporalio/workflow';

/**
 * Runs `work` over `items` in at most `width` promise lanes, each taking the next item when it is free.
 * An item that fails is told to `failed` and does not stop the others; a cancellation ends all lanes.
 *
 * @returns The results in the order of the items; undefined where an item failed.
 */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Result>,
  failed: (error: unknown, item: Item, index: number) => void,
): Promise<(Result | undefined)[]> {
  const results: (Result | undefined)[] = items.map(() => undefined);
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) {
      try {
        results[index] = await work(item, index);
      } catch (error) {
        if (isCancellation(error)) throw error;
        failed(error, item, index);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}
