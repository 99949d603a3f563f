import type { ComponentChildren } from 'preact';

import type { WindowAnswer, WindowChoice } from '../../contract/training.js';
import { decimals } from '../../figures/texts.js';
import { TimeChart } from '../charts/time-chart.js';
import { DataTable } from '../parts/data-table.js';
import { Problems } from '../parts/problems.js';
import { workflowLink } from '../parts/workflow-link.js';
import { useAnswer } from '../state/use-answer.js';
import { showView } from '../state/view.js';

/** One window: how it ended, its forward figures, what its cohort chose, and what mattered to it. */
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
      <button type="button" onClick={() => showView({ params: { window: '' } })}>
        Close
      </button>
      <Problems problems={problems} />
      {answer !== undefined && <Facts answer={answer} />}
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
      {answer.attempts.map(({ error, message }) => (
        <p key={message} class="problems">
          {error}: {message}
        </p>
      ))}
      {outcome === 'succeeded' && (
        <p>
          Forward log-loss {decimals(logLoss.forward)} on {rows.forward ?? 0} rows; of its base rate (
          {decimals(baseRate, 3)}) alone {decimals(baseLogLoss)}. Validation {decimals(logLoss.validation)} on{' '}
          {rows.validation ?? 0} rows; fitted on {rows.fit ?? 0}.
        </p>
      )}
      {answer.forward.length > 0 && <ForwardChart answer={answer} />}
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
      {answer.choices.length > 0 && (
        <DataTable
          caption="What its cohort chose on its own past"
          rows={answer.choices}
          keyOf={({ what }) => what}
          columns={[
            { name: 'choice', cell: ({ what }) => what },
            { name: 'taken', cell: (choice) => choice.grid[choice.chosen]?.config ?? '' },
            { name: 'default', cell: (choice) => choice.grid[choice.standard]?.config ?? '' },
            { name: 'rule', cell: ({ rule }) => rule },
            { name: 'figures of the grid', cell: gridText },
            { name: 'rows', number: true, cell: ({ rows: count }) => count },
          ]}
        />
      )}
    </>
  );
}

function ForwardChart({
  answer: { forward, baseRate },
}: {
  readonly answer: WindowAnswer;
}): ComponentChildren {
  const known = forward.filter(({ label }) => label !== null);
  const hits = known.filter(({ label }) => label === 1).length;
  const mean = forward.reduce((sum, { probability }) => sum + probability, 0) / forward.length;
  return (
    <TimeChart
      name="Forward probability"
      summary={`Mean probability ${decimals(mean, 3)}; ${hits} of ${known.length} labels were 1.`}
      times={forward.map(({ date }) => Date.parse(`${date.length > 10 ? date : `${date}T00:00`}Z`) / 1000)}
      series={[
        { label: 'probability', colour: 'teacher', values: forward.map(({ probability }) => probability) },
        { label: 'label', colour: 'placebo', dashed: true, values: forward.map(({ label }) => label) },
        { label: 'base rate', colour: 'reference', dashed: true, values: forward.map(() => baseRate) },
      ]}
      format={(value) => value.toFixed(3)}
    />
  );
}

function gridText({ grid }: WindowChoice): string {
  return grid.map(({ config, figure }) => `${config}: ${decimals(figure)}`).join('; ');
}
