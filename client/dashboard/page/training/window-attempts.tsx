import type { ComponentChildren } from 'preact';

import type { WindowAttempt } from '../../contract/training.js';
import { NONE } from '../../figures/texts.js';
import { DataTable } from '../parts/data-table.js';
import { eventTime } from './event-table.js';

/** Attempts that ended without a result. */
export function WindowAttempts({
  attempts,
}: {
  readonly attempts: readonly WindowAttempt[];
}): ComponentChildren {
  if (attempts.length === 0) return null;
  return (
    <DataTable
      caption="Attempts that ended without a result, newest last"
      rows={attempts}
      keyOf={(attempt) => JSON.stringify(attempt)}
      columns={[
        { name: 'told', cell: ({ at }) => (at === null ? NONE : eventTime(at)) },
        { name: 'of', cell: ({ of }) => of },
        { name: 'attempt', number: true, cell: ({ attempt }) => attempt ?? NONE },
        { name: 'error', cell: ({ error }) => (error === '' ? NONE : error) },
        { name: 'message', cell: ({ message }) => <span class="event-text">{message}</span> },
      ]}
    />
  );
}
