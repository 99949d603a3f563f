import type { ComponentChildren } from 'preact';

import type { RunsAnswer } from '../../contract/runs.js';
import { minuteText } from '../../figures/texts.js';
import { DataTable } from '../parts/data-table.js';
import { runLink } from '../parts/run-link.js';

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
          { name: 'started', cell: ({ startedAt }) => minuteText(startedAt) },
        ]}
      />
    </>
  );
}
