import type { ComponentChildren } from 'preact';

import type { RunAnswer } from '../../contract/runs.js';
import { ActionButton } from '../parts/action-button.js';

const REASON = { name: 'reason', label: 'Reason', kind: 'text' } as const;

/** What may be done with a run as it stands. */
export function RunActions({
  answer: { status, state },
  changed,
}: {
  readonly answer: RunAnswer;
  readonly changed: () => void;
}): ComponentChildren {
  const { runId, phase } = status;
  const address = (action: string): string => `/api/runs/${runId}/${action}`;
  if (state === 'running')
    return (
      <p class="buttons start">
        {phase === 'paused' ? (
          <ActionButton
            label="Unpause"
            question={`Let run ${runId} go on?`}
            address={address('unpause')}
            done={changed}
          />
        ) : (
          <ActionButton
            label="Pause"
            question={`Start no new work of run ${runId} until it is unpaused? What is being trained ends first.`}
            address={address('pause')}
            fields={[REASON]}
            done={changed}
          />
        )}
        <ActionButton
          label="Set concurrency"
          question={`How many cohorts of run ${runId} may be in flight at once?`}
          address={address('concurrency')}
          fields={[{ name: 'cohorts', label: 'Cohorts at once', kind: 'number', required: true }]}
          done={changed}
        />
        <RetryFailed runId={runId} address={address('resume')} changed={changed} />
        <ActionButton
          label="Cancel"
          question={`End run ${runId} now? What is done is kept, and resume goes on from there.`}
          address={address('cancel')}
          fields={[REASON]}
          done={changed}
        />
      </p>
    );
  return (
    <p class="buttons start">
      <ActionButton
        label="Resume"
        question={`Start run ${runId} again? What succeeded is kept; what failed, was cancelled or lost is done again.`}
        address={address('resume')}
        done={changed}
      />
      {status.windows.failed > 0 && (
        <RetryFailed runId={runId} address={address('resume')} changed={changed} />
      )}
    </p>
  );
}

function RetryFailed({
  runId,
  address,
  changed,
}: {
  readonly runId: string;
  readonly address: string;
  readonly changed: () => void;
}): ComponentChildren {
  return (
    <ActionButton
      label="Retry failed"
      question={`Try the failed windows of run ${runId} again?`}
      address={address}
      flags={{ only: 'failed' }}
      done={changed}
    />
  );
}
