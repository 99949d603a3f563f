import type { ComponentChildren } from 'preact';

import type { ListedRun, RunsAnswer } from '../../contract/runs.js';
import { DataTable } from '../parts/data-table.js';
import { showView } from '../state/view.js';

/** All runs, newest first; one is chosen by its name. */
export function RunList({ answer: { runs, remark } }: { readonly answer: RunsAnswer }): ComponentChildren {
  return (
    <>
      {remark !== null && <p class="remark">{remark}</p>}
      <DataTable
        caption="Runs"
        rows={runs}
        keyOf={({ runId }) => runId}
        empty="no runs yet; start one with: gurukul run"
        columns={[
          { name: 'run', cell: runLink },
          { name: 'state', cell: ({ state }) => state },
          { name: 'phase', cell: ({ phase }) => phase ?? '' },
          { name: 'failed', number: true, cell: ({ failedWindows }) => failedWindows ?? '' },
          { name: 'recommended', cell: ({ recommendation }) => recommendation ?? '' },
          { name: 'decision', cell: ({ decision }) => decision ?? '' },
          { name: 'started', cell: ({ startedAt }) => startedAt.slice(0, 16).replace('T', ' ') },
        ]}
      />
    </>
  );
}

function runLink({ runId }: ListedRun): ComponentChildren {
  return (
    <button type="button" class="link" onClick={() => showView({ params: { run: runId } })}>
      {runId}
    </button>
  );
}
