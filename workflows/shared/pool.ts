import { condition } from '@temporalio/workflow';

/** Waiting work, and how much of it may run at once. */
export interface Pool<Item> {
  /** Items not started; may grow while others run. */
  readonly waiting: Item[];
  /** How many may run at once; may change at any time. */
  readonly width: () => number;
  /** Whether another item may start now. Absent: always. */
  readonly mayStart?: () => boolean;
  /** Once true, no more items start; the pool ends when the running ones have ended. */
  readonly draining?: () => boolean;
  /** While true, items may still be added, and the pool does not end. */
  readonly expecting?: () => boolean;
}

/**
 * Works on the items in order, as many at once as the pool allows. Returns when nothing runs and nothing more
 * is to start; items left in `waiting` were not started.
 *
 * @param work Handles its own failures. What it throws (a cancellation) ends the pool once all running items
 * have ended, so that no work is left behind when the workflow closes.
 */
export async function inPool<Item>(pool: Pool<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const { waiting, width, mayStart = yes, draining = no, expecting = no } = pool;
  const running = new Set<Promise<void>>();
  const thrown: unknown[] = [];
  const broken = (): boolean => thrown.length > 0;
  const startable = (): boolean => waiting.length > 0 && running.size < width() && !draining() && mayStart();
  const over = (): boolean => running.size === 0 && !expecting() && (draining() || waiting.length === 0);
  const begin = (item: Item): void => {
    const one = work(item)
      .catch((error: unknown) => {
        thrown.push(error);
      })
      .finally(() => running.delete(one));
    running.add(one);
  };
  try {
    while (!broken() && !over()) {
      await condition(() => broken() || startable() || over());
      const item = !broken() && startable() ? waiting.shift() : undefined;
      if (item !== undefined) begin(item);
    }
  } finally {
    await Promise.all(running);
  }
  if (broken()) throw thrown[0];
}

const yes = (): boolean => true;
const no = (): boolean => false;
