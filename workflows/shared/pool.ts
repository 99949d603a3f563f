import { condition } from '@temporalio/workflow';

/** Work that waits, and how much of it may run at once. */
export interface Pool<Item> {
  /** Items not begun; may grow while others run. */
  readonly waiting: Item[];
  /** How many may run at once, as it is now. */
  readonly width: () => number;
  /** Whether another item may be begun now. What is false once must be false again later, or end the pool. */
  readonly mayStart?: () => boolean;
  /** True while nothing more is to be begun, however much waits: what runs is waited for, then the pool ends. */
  readonly draining?: () => boolean;
  /** True while somebody may still add items: the pool does not end before. */
  readonly expecting?: () => boolean;
}

/**
 * Works on items in the order in which they wait, as many at once as the pool allows now. Returns when
 * nothing runs and nothing more is to be begun; what is left in `waiting` was not begun.
 *
 * @param work Deals with its own failures; what it throws (a cancellation) ends the pool, after all that
 * runs has ended, so that nothing is left behind that a closing workflow would break off.
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
