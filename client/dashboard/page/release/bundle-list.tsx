import type { ComponentChildren } from 'preact';

import type { BundleLine, BundlesAnswer } from '../../contract/release.js';
import { minuteText } from '../../figures/texts.js';
import { ActionButton } from '../parts/action-button.js';
import { DataTable } from '../parts/data-table.js';
import { Problems } from '../parts/problems.js';
import { runLink } from '../parts/run-link.js';
import { useAnswer } from '../state/use-answer.js';

/** The bundles of the home, newest first, and whether they verify. */
export function BundleList(): ComponentChildren {
  const { answer, problems, again } = useAnswer<BundlesAnswer>('/api/bundles', 3_000);
  return (
    <section aria-labelledby="bundles">
      <h2 id="bundles">Bundles</h2>
      <Problems problems={problems} />
      {answer !== undefined && (
        <DataTable
          caption="Audit bundles of this home"
          rows={answer.bundles}
          keyOf={({ runId }) => runId}
          empty="no bundle yet: a run makes one at its end"
          columns={[
            { name: 'run', cell: runLink },
            { name: 'recommended', cell: ({ recommendation }) => recommendation ?? 'no briefing' },
            { name: 'decision', cell: decisionText },
            { name: 'author', cell: ({ author }) => author ?? '' },
            { name: 'audited', cell: ({ auditedAt }) => minuteText(auditedAt ?? '') },
            { name: 'digest', cell: ({ digest }) => <code title={digest}>{digest.slice(0, 12)}</code> },
            { name: 'verified', cell: (line) => <Verified line={line} changed={again} /> },
          ]}
        />
      )}
    </section>
  );
}

function decisionText({ decision, isChampion, isShadow }: BundleLine): string {
  return [decision ?? 'pending', ...(isChampion ? ['champion'] : []), ...(isShadow ? ['shadow'] : [])].join(
    ', ',
  );
}

function Verified({
  line: { runId, verification },
  changed,
}: {
  readonly line: BundleLine;
  readonly changed: () => void;
}): ComponentChildren {
  return (
    <>
      <span title={verification?.says.join('\n')} data-testid={`verified-${runId}`}>
        {verification === null ? 'not since the start' : verification.result}
      </span>{' '}
      {verification?.result === 'failed' && <span class="problems">{verification.says.join('; ')} </span>}
      {verification?.result !== 'running' && (
        <ActionButton
          label="Verify"
          question={`Recompute every figure and digest of the bundle of ${runId}? This takes some seconds of this machine.`}
          address={`/api/bundles/${runId}/verify`}
          done={changed}
        />
      )}
    </>
  );
}
