import type { ComponentChildren } from 'preact';

import type { BriefingAnswer } from '../../contract/release.js';
import { decimals } from '../../figures/texts.js';
import { ActionButton } from '../parts/action-button.js';
import { DataTable } from '../parts/data-table.js';
import { Problems } from '../parts/problems.js';
import { Verdict } from '../parts/verdict.js';
import { useAnswer } from '../state/use-answer.js';
import { ApproveButton } from './approve-button.js';
import { DECISION_FIELDS } from './decision-fields.js';
import { Provenance } from './provenance.js';

/** A bundle's briefing: yes or no and why, what decides, and where each figure comes from. */
export function BriefingView({ runId }: { readonly runId: string }): ComponentChildren {
  const { answer, problems, again } = useAnswer<BriefingAnswer>(`/api/bundles/${runId}`, 15_000);
  if (answer === undefined) return <Problems problems={problems} />;
  const { briefing, provenance } = answer;
  const { recommendation, reasons, gates = [], informs = [] } = briefing;
  return (
    <section class="panel" aria-labelledby="briefing">
      <h2 id="briefing">
        Run {runId}: <span data-testid="recommendation">{recommendation}</span>
      </h2>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <p class="buttons start">
        <ApproveButton runId={runId} against={recommendation !== 'promote'} done={again} />
        <ActionButton
          label="Reject"
          question={`Reject the bundle of run ${runId}? It stays where it is.`}
          address={`/api/runs/${runId}/reject`}
          fields={DECISION_FIELDS}
          done={again}
        />
      </p>
      <DataTable
        caption="What decides"
        rows={gates}
        keyOf={({ id }) => id}
        empty="the bundle is of an earlier version, without gates"
        columns={[
          { name: 'gate', cell: ({ question }) => question },
          {
            name: 'verdict',
            cell: ({ verdict }) => <Verdict verdict={verdict} />,
          },
          { name: 'figure', number: true, cell: ({ figure }) => decimals(figure) },
          { name: 'because', cell: ({ because }) => because },
        ]}
      />
      <details>
        <summary>What informs and does not decide</summary>
        <DataTable
          caption="What informs"
          rows={informs}
          keyOf={({ id }) => id}
          columns={[
            { name: 'question', cell: ({ question }) => question },
            { name: 'answer', cell: ({ answer: said }) => said },
            { name: 'because', cell: ({ because }) => because },
          ]}
        />
      </details>
      <Provenance provenance={provenance} />
    </section>
  );
}
