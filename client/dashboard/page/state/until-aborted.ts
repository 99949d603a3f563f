/** Waits until a signal aborts, or for a time at most. */
export async function untilAborted(signal: AbortSignal, atMostMs?: number): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = atMostMs === undefined ? undefined : setTimeout(end, atMostMs);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    signal.addEventListener('abort', end);
  });
}
