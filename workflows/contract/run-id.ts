import type { WorkflowInfo } from '@temporalio/workflow';

/** The run id: from the input, or from the time when the workflow started, which is the same on replay. */
export function runIdOf(input: unknown, info: Pick<WorkflowInfo, 'startTime'>): string {
  if (typeof input === 'object' && input !== null && 'runId' in input && typeof input.runId === 'string') {
    return input.runId;
  }
  return defaultRunId(info.startTime);
}

/** `live_candidate_YYYYMMDD_HHMMSS`, UTC. */
export function defaultRunId(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().split('T');
  return `live_candidate_${date.replaceAll('-', '')}_${clock.slice(0, 8).replaceAll(':', '')}`;
}
