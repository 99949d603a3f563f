import { AsyncLocalStorage } from 'node:async_hooks';

/** Takes how far work has come: plain values. */
export type Beat = (details: unknown) => void;

const beats = new AsyncLocalStorage<Beat>();

/**
 * Says that work goes on, and how far it has come. Work does not know who waits for it: it may be done in an activity,
 * in a thread of a worker, or in a test, where nobody does.
 */
export function heartbeat(details: unknown): void {
  beats.getStore()?.(details);
}

/** Does work whose heartbeats somebody takes. */
export async function withHeartbeats<Result>(beat: Beat, work: () => Promise<Result>): Promise<Result> {
  return beats.run(beat, work);
}
