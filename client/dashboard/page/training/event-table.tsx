import type { ComponentChildren } from 'preact';

import type { EventLine } from '../../contract/telemetry.js';
import { secondText } from '../../figures/texts.js';
import { DataTable } from '../parts/data-table.js';
import { showView } from '../state/view.js';

/** Events, newest first, a page of them; which page it is stands in the address. */
export function EventTable({
  caption,
  events,
  empty,
  param,
  before,
  older,
}: {
  readonly caption: string;
  readonly events: readonly EventLine[];
  /** What stands there without any. */
  readonly empty: string;
  /** Parameter of the address that names the page. */
  readonly param: 'before' | 'windowBefore';
  /** Its value; empty: the newest page. */
  readonly before: string;
  /** Its value on the next older page; absent or null: there is none. */
  readonly older: string | null | undefined;
}): ComponentChildren {
  return (
    <>
      <DataTable
        caption={caption}
        rows={events}
        keyOf={({ cursor }) => cursor}
        empty={empty}
        columns={[
          { name: 'time', cell: ({ at }) => eventTime(at) },
          { name: 'event', cell: ({ event }) => event },
          { name: 'what', cell: (line) => <span class="event-text">{fieldsText(line)}</span> },
        ]}
      />
      <p class="buttons">
        {before !== '' && (
          <button type="button" onClick={() => showView({ params: { [param]: '' } })}>
            Newest
          </button>
        )}
        {older !== undefined && older !== null && (
          <button type="button" onClick={() => showView({ params: { [param]: older } })}>
            Older
          </button>
        )}
      </p>
    </>
  );
}

/** When something was told. @param at ISO. */
export function eventTime(at: string): ComponentChildren {
  return (
    <time class="event-time" dateTime={at}>
      {secondText(at)}
    </time>
  );
}

/** `symbol=TCS error=Diverged`. */
function fieldsText({ fields }: EventLine): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
