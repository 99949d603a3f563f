import { untilAborted } from './until-aborted.js';

/**
 * Streams of all pages of one browser. Without TLS it opens six connections to a server at most, and a stream keeps its
 * own for as long as it is open: two are left for questions.
 */
const SLOTS = 4;

/**
 * Waits for one of the browser's streams and keeps it until the signal aborts. Where the browser has no locks (plain
 * HTTP from another machine), there is one at once: nobody counts.
 *
 * @param take Called once, unless the signal aborts before.
 */
export function waitForStream(signal: AbortSignal, take: () => void): void {
  // Missing where the page did not come from a secure origin, whatever its type says.
  if (!('locks' in navigator)) {
    take();
    return;
  }
  const waiting = new AbortController();
  const stopWaiting = (): void => waiting.abort();
  signal.addEventListener('abort', stopWaiting);
  let taken = false;
  for (let slot = 0; slot < SLOTS; slot += 1)
    navigator.locks
      .request(`gurukul stream ${slot}`, { signal: waiting.signal }, async () => {
        // Two may be free at once.
        if (taken || signal.aborted) return;
        taken = true;
        waiting.abort();
        take();
        await untilAborted(signal);
      })
      // It waits no longer.
      .catch(() => undefined);
}
