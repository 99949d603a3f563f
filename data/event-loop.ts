import { GurukulError } from './errors.js';

let guarded = false;

/** From now on, {@link offEventLoop} refuses to be called in this thread: it answers heartbeats, queries and leases. */
export function guardEventLoop(): void {
  guarded = true;
}

/**
 * The first line of a function that computes for long.
 *
 * @param what The function's name.
 * @throws GurukulError Bug in the thread that {@link guardEventLoop} guards.
 */
export function offEventLoop(what: string): void {
  if (guarded)
    throw new GurukulError('Bug', `${what} would hold up the worker's event loop: it belongs into its pool`);
}
