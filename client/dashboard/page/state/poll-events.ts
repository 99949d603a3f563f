import type { EventsAnswer } from '../../contract/telemetry.js';
import type { Listener } from './open-stream.js';
import { ask } from './server.js';
import { untilAborted } from './until-aborted.js';

/** So that an event is on screen within a second. */
const EVERY_MS = 700;
const PAGE = 500;

/**
 * Asks for a run's events again and again, until the signal aborts: for a page beyond the streams of its browser.
 *
 * @param after Where to go on, `RUN:FILE:OFFSET`.
 */
export async function pollEvents(
  runId: string | undefined,
  after: () => string | undefined,
  listener: Listener,
  signal: AbortSignal,
): Promise<void> {
  // A property that is known to be false is taken to stay so.
  const ended = (): boolean => signal.aborted;
  while (!ended()) {
    try {
      if (runId !== undefined) {
        const { events, newer } = await newEvents(runId, after(), signal);
        if (!ended())
          listener.events({ run: runId, events: events.toReversed(), leftOut: 0 }, `${runId}:${newer}`);
      }
      if (!ended()) listener.live();
    } catch {
      if (!ended()) listener.lost();
    }
    await untilAborted(signal, EVERY_MS);
  }
}

/** Those after a position; the newest alone where there are more than a page can show. */
async function newEvents(
  runId: string,
  after: string | undefined,
  signal: AbortSignal,
): Promise<EventsAnswer> {
  const next = await ask<EventsAnswer>(addressOf(runId, after), { signal });
  return next.events.length < PAGE ? next : ask<EventsAnswer>(addressOf(runId, undefined), { signal });
}

function addressOf(runId: string, after: string | undefined): string {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (after !== undefined) query.set('after', after.slice(runId.length + 1));
  return `/api/runs/${encodeURIComponent(runId)}/events?${query.toString()}`;
}
