import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import type { EventCountsAnswer, EventsAnswer } from '../../contract/telemetry.js';
import { Problems } from '../parts/problems.js';
import { liveEvents, liveRevision, liveState } from '../state/live.js';
import { useLiveAnswer } from '../state/use-live-answer.js';
import { showView, view } from '../state/view.js';
import { EventTable } from './event-table.js';

/** Events of one page of the log. */
const SHOWN = 50;
/** Before the first look at counts, which read all lines, and between two while they are not complete. */
const COUNTING_MS = 1_000;
const SAYS = {
  connecting: 'connecting …',
  live: 'live',
  lost: 'the server does not answer; what is missed comes when it does',
} as const;

/** The log of a run's events, newest first: as they come, or a page of older ones, or those of one name. */
export function EventList({ runId: run }: { readonly runId: string }): ComponentChildren {
  const { event = '', before = '' } = view.value.params;
  const asLive = event === '' && before === '';
  const live = liveEvents(run).value;
  const query = new URLSearchParams({
    limit: String(SHOWN),
    ...(event === '' ? {} : { event }),
    ...(before === '' ? {} : { before }),
  });
  const address = `/api/runs/${encodeURIComponent(run)}`;
  const page = useLiveAnswer<EventsAnswer>(
    asLive ? undefined : `${address}/events?${query.toString()}`,
    liveRevision(run),
  );
  const { answer: counts, again } = useLiveAnswer<EventCountsAnswer>(
    useLater(COUNTING_MS) ? `${address}/event-counts` : undefined,
    liveRevision(run),
  );
  useEffect(() => {
    if (counts?.complete !== false) return;
    const timer = setTimeout(again, COUNTING_MS);
    return () => clearTimeout(timer);
  }, [counts]);
  const shown = asLive ? live.slice(0, SHOWN) : (page.answer?.events ?? []);
  const older = asLive ? (live.length > SHOWN ? shown.at(-1)?.cursor : undefined) : page.answer?.older;
  return (
    <section aria-labelledby="events-of-run">
      <h2 id="events-of-run">Events</h2>
      <p class="remark" data-testid="event-summary">
        {counts === undefined ? '' : `${linesText(counts)} · `}
        {SAYS[liveState.value]}
      </p>
      <EventFilter event={event} counts={counts} />
      <Problems problems={page.problems} />
      <EventTable
        caption={`Events of ${run}, newest first`}
        events={shown}
        empty={event === '' ? 'no events yet' : `no event ${event}`}
        param="before"
        before={before}
        older={older}
      />
    </section>
  );
}

function EventFilter({
  event,
  counts,
}: {
  readonly event: string;
  readonly counts: EventCountsAnswer | undefined;
}): ComponentChildren {
  const names = Object.keys(counts?.byEvent ?? {}).sort();
  return (
    <label class="event-filter">
      <span>Event</span>
      <select
        value={event}
        onChange={({ currentTarget: { value } }) => showView({ params: { event: value, before: '' } })}
      >
        <option value="">all</option>
        {(event === '' || names.includes(event) ? names : [event, ...names]).map((name) => (
          <option key={name} value={name}>
            {name} ({counts?.byEvent[name] ?? 0})
          </option>
        ))}
      </select>
    </label>
  );
}

/** True after a time: what is shown first goes first. */
function useLater(afterMs: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), afterMs);
    return () => clearTimeout(timer);
  }, [afterMs]);
  return late;
}

function linesText({ lines, complete }: EventCountsAnswer): string {
  const text = lines === 1 ? '1 event' : `${lines} events`;
  return complete ? text : `${text} so far`;
}
