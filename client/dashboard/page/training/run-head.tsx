import type { ComponentChildren } from 'preact';

import type { RunAnswer } from '../../contract/runs.js';
import { countText, durationText } from '../../figures/texts.js';
import { workflowLink } from '../parts/workflow-link.js';

/** Phase, counts and progress of a run. */
export function RunHead({ answer }: { readonly answer: RunAnswer }): ComponentChildren {
  const { status, progress, remark, delays, failure } = answer;
  const { planned, succeeded, skipped, failed } = status.windows;
  return (
    <>
      <dl class="facts">
        <Fact name="Phase" value={<strong data-testid="phase">{status.phase}</strong>} />
        <Fact name="Windows" value={countText(planned)} />
        <Fact name="Succeeded" value={countText(succeeded)} />
        <Fact name="Skipped" value={withReasons(skipped, status.skippedBy)} />
        <Fact name="Failed" value={withReasons(failed, status.failedBy)} />
        <Fact name="Students" value={countText(status.students)} />
        {status.recommendation !== undefined && <Fact name="Recommended" value={status.recommendation} />}
        {status.phase === 'done' && <Fact name="Decision" value={status.decision} />}
        <Fact name="Temporal" value={workflowLink(status.workflowId, status.workflowId)} />
      </dl>
      {progress !== null && progress.total > 0 && (
        <p class="progress">
          <progress max={progress.total} value={progress.done} aria-label="Training" />
          <span>
            {[
              `${Math.round((100 * progress.done) / progress.total)} % of ${countText(progress.total)} windows`,
              ...(progress.perMinute === null
                ? []
                : [`${countText(Math.round(progress.perMinute))} a minute`]),
              ...(progress.etaMs === null ? [] : [`${durationText(progress.etaMs)} left`]),
              progress.message,
            ].join(' · ')}
          </span>
        </p>
      )}
      {remark !== null && remark !== progress?.message && <p class="remark">{remark}</p>}
      {failure !== null && (
        <p class="problems">
          {failure.type}: {failure.message}
        </p>
      )}
      {delays.length > 0 && (
        <ul class="remark" aria-label="What holds the run up">
          {delays.map((delay) => (
            <li key={delay}>{delay}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Fact({
  name,
  value,
}: {
  readonly name: string;
  readonly value: ComponentChildren;
}): ComponentChildren {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function withReasons(count: number, by: Readonly<Partial<Record<string, number>>>): string {
  const reasons = Object.entries(by).map(([reason, windows]) => `${reason} ${countText(windows ?? 0)}`);
  return reasons.length === 0 ? countText(count) : `${countText(count)} (${reasons.join(', ')})`;
}
