import type { ComponentChildren } from 'preact';

import type { WindowAnswer } from '../../contract/training.js';
import { decimals } from '../../figures/texts.js';
import { DataTable } from '../parts/data-table.js';
import { Problems } from '../parts/problems.js';
import { workflowLink } from '../parts/workflow-link.js';
import { useAnswer } from '../state/use-answer.js';
import { showView } from '../state/view.js';
import { WindowAttempts } from './window-attempts.js';
import { WindowCalibration } from './window-calibration.js';
import { WindowChoices } from './window-choices.js';
import { WindowEvents } from './window-events.js';
import { ForwardChart, LogLossCurve } from './window-forward.js';

/** One window: how it ended, its forward figures, what its cohort chose, what mattered to it, and its log. */
export function WindowDetail({
  runId,
  window,
}: {
  readonly runId: string;
  readonly window: string;
}): ComponentChildren {
  const { answer, problems } = useAnswer<WindowAnswer>(
    `/api/runs/${runId}/window?window=${encodeURIComponent(window)}`,
    5_000,
  );
  return (
    <section class="panel" aria-labelledby="window-name">
      <h3 id="window-name">Window {window}</h3>
      <button type="button" onClick={() => showView({ params: { window: '', windowBefore: '' } })}>
        Close
      </button>
      <Problems problems={problems} />
      {answer !== undefined && (
        <>
          <Facts answer={answer} />
          <WindowEvents runId={runId} window={window} />
        </>
      )}
    </section>
  );
}

function Facts({ answer }: { readonly answer: WindowAnswer }): ComponentChildren {
  const { outcome, reason, workflowId, rows, logLoss, baseLogLoss, baseRate, bars } = answer;
  return (
    <>
      <p>
        <strong>{outcome}</strong>
        {reason === '' ? '' : `: ${reason}`} · {bars} bars ·{' '}
        {workflowLink(workflowId, 'its cohort in Temporal')}
      </p>
      <WindowAttempts attempts={answer.attempts} />
      {outcome === 'succeeded' && (
        <p>
          Forward log-loss {decimals(logLoss.forward)} on {rows.forward ?? 0} rows; of its base rate (
          {decimals(baseRate, 3)}) alone {decimals(baseLogLoss)}. Validation {decimals(logLoss.validation)} on{' '}
          {rows.validation ?? 0} rows; fitted on {rows.fit ?? 0}.
        </p>
      )}
      {answer.forward.length > 0 && <ForwardChart answer={answer} />}
      <LogLossCurve answer={answer} />
      <WindowCalibration answer={answer} />
      {answer.importance.length > 0 && (
        <DataTable
          caption="Features by how much the validation log-loss rises without them"
          rows={answer.importance}
          keyOf={({ feature }) => feature}
          columns={[
            { name: 'feature', cell: ({ feature }) => feature },
            { name: 'log-loss rises by', number: true, cell: ({ lossRise }) => decimals(lossRise, 5) },
          ]}
        />
      )}
      <WindowChoices choices={answer.choices} />
    </>
  );
}
