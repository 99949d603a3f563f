import type { ComponentChildren } from 'preact';

import type { RunAnswer } from '../../contract/runs.js';
import { Problems } from '../parts/problems.js';
import { useAnswer } from '../state/use-answer.js';
import { showView, view } from '../state/view.js';
import { Coverage } from './coverage.js';
import { EventList } from './event-list.js';
import { Failures } from './failures.js';
import { PhaseTimeline } from './phase-timeline.js';
import { RunActions } from './run-actions.js';
import { RunCurves } from './run-curves.js';
import { RunHead } from './run-head.js';
import { WindowDetail } from './window-detail.js';
import { WindowGrid } from './window-grid.js';

/** One run: how far it is, its windows, what failed and why, and what may be done about it. */
export function RunView({ runId }: { readonly runId: string }): ComponentChildren {
  const { answer, problems, again } = useAnswer<RunAnswer>(`/api/runs/${runId}`, 1_000);
  const shown = view.value.params['window'];
  return (
    <section aria-labelledby="run-name">
      <h2 id="run-name">Run {runId}</h2>
      <p>
        <button
          type="button"
          class="link"
          onClick={() =>
            showView({ params: { run: '', window: '', windowBefore: '', event: '', before: '' } })
          }
        >
          All runs
        </button>
      </p>
      <Problems problems={problems} />
      {answer !== undefined && (
        <>
          <RunHead answer={answer} />
          <RunActions answer={answer} changed={again} />
        </>
      )}
      <PhaseTimeline runId={runId} live={answer?.state === 'running'} />
      <WindowGrid runId={runId} live={answer?.state === 'running'} />
      {shown !== undefined && <WindowDetail key={shown} runId={runId} window={shown} />}
      {answer !== undefined && answer.status.windows.failed > 0 && <Failures runId={runId} />}
      <RunCurves runId={runId} />
      <Coverage runId={runId} />
      <EventList runId={runId} />
      <p>
        <a href={`/api/runs/${encodeURIComponent(runId)}/telemetry.jsonl`} download>
          Download all events
        </a>
      </p>
    </section>
  );
}
