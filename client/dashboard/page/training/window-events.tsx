import type { ComponentChildren } from 'preact';

import type { EventsAnswer } from '../../contract/telemetry.js';
import { Problems } from '../parts/problems.js';
import { liveRevision } from '../state/live.js';
import { useLiveAnswer } from '../state/use-live-answer.js';
import { view } from '../state/view.js';
import { EventTable } from './event-table.js';

/** Events of one page of the log. */
const SHOWN = '20';

/** The log of a window: its own events, its shard's and its cohort's, newest first, and all of them as a file. */
export function WindowEvents({
  runId,
  window,
}: {
  readonly runId: string;
  readonly window: string;
}): ComponentChildren {
  const { windowBefore: before = '' } = view.value.params;
  const about = new URLSearchParams({ about: window }).toString();
  const page = new URLSearchParams({ limit: SHOWN, ...(before === '' ? {} : { before }) }).toString();
  const address = `/api/runs/${encodeURIComponent(runId)}`;
  const { answer, problems } = useLiveAnswer<EventsAnswer>(
    `${address}/events?${about}&${page}`,
    liveRevision(runId),
  );
  return (
    <section aria-labelledby="window-log">
      <h4 id="window-log">Log</h4>
      <Problems problems={problems} />
      <EventTable
        caption="Events of the window, of its shard and of its cohort, newest first"
        events={answer?.events ?? []}
        empty={answer === undefined ? 'reading …' : 'no events yet'}
        param="windowBefore"
        before={before}
        older={answer?.older}
      />
      <p>
        <a href={`${address}/telemetry.jsonl?${about}`} download>
          Download these events
        </a>
      </p>
    </section>
  );
}
