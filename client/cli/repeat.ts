import { aborted } from './interrupt.js';

/** Does something again and again, never twice at once, until the signal; resolves when the last is over. */
export async function repeatUntil(
  signal: AbortSignal,
  everyMs: number,
  work: () => Promise<void>,
): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  const over = aborted(signal);
  while (!isOver()) {
    await work();
    await Promise.race([pause(everyMs), over]);
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms).unref());
}
