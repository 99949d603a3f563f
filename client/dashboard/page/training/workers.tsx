import type { ComponentChildren } from 'preact';

import type { WorkersAnswer } from '../../contract/training.js';
import { countText } from '../../figures/texts.js';
import { DataTable } from '../parts/data-table.js';
import { useAnswer } from '../state/use-answer.js';
import { WorkerProcesses } from './worker-processes.js';

/** Queues, who polls them, what waits there; worker processes and what they use; the providers' quotas. */
export function Workers(): ComponentChildren {
  const { answer } = useAnswer<WorkersAnswer>('/api/workers', 5_000);
  if (answer === undefined) return null;
  const { queues, quotas, remark, processes } = answer;
  return (
    <section aria-labelledby="workers">
      <h2 id="workers">Workers</h2>
      {remark !== null && <p class="remark">{remark}</p>}
      {queues.length > 0 && (
        <DataTable
          caption="Task queues"
          rows={queues}
          keyOf={({ queue }) => queue}
          columns={[
            { name: 'queue', cell: ({ queue }) => queue },
            { name: 'workers', cell: workersText },
            {
              name: 'waiting tasks',
              number: true,
              cell: ({ backlog }) => (backlog === null ? 'n/a' : countText(backlog)),
            },
            {
              name: 'oldest waits',
              number: true,
              cell: ({ oldestSeconds }) => (oldestSeconds === null ? '' : `${countText(oldestSeconds)} s`),
            },
          ]}
        />
      )}
      <WorkerProcesses processes={processes} />
      {quotas.length > 0 && (
        <DataTable
          caption="Providers' quotas, today"
          rows={quotas}
          keyOf={({ provider }) => provider}
          columns={[
            { name: 'provider', cell: ({ provider }) => provider },
            { name: 'calls', number: true, cell: ({ dayCalls }) => countText(dayCalls) },
            { name: 'left', number: true, cell: ({ dayCalls, dayLimit }) => countText(dayLimit - dayCalls) },
            { name: 'waiting', number: true, cell: ({ waiting }) => countText(waiting) },
          ]}
        />
      )}
    </section>
  );
}

function workersText({ workers }: WorkersAnswer['queues'][number]): string {
  return workers.length === 0
    ? 'none'
    : workers
        .map(({ identity, lastSeenSeconds }) =>
          lastSeenSeconds === null ? identity : `${identity} (${lastSeenSeconds} s ago)`,
        )
        .join(', ');
}
