import { MockActivityEnvironment } from '@temporalio/testing';

/** Runs work where an activity's heartbeat and cancellation are there. */
export async function inActivity<T>(work: () => Promise<T>): Promise<T> {
  return new MockActivityEnvironment().run<[], T, () => Promise<T>>(work);
}
