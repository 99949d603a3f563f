/** What the SDK would say of a process: pollers and slots by queue, and a wait before tasks start. */
export interface SdkFigures {
  /** Activity pollers, by queue. */
  readonly pollers: Readonly<Record<string, number>>;
  /** Free slots for activities, by queue. */
  readonly slots: Readonly<Record<string, number>>;
  /** Workflow tasks that failed since nothing fits their history; 0: the SDK says nothing of it. */
  readonly nonDeterminism: number;
  /** Activities that waited more than half a minute so far. */
  readonly late: number;
}

/** The figures as text, by the SDK's names. */
export function sdkText({ pollers, slots, nonDeterminism, late }: SdkFigures): string {
  const lines: string[] = [];
  for (const [queue, count] of Object.entries(pollers))
    lines.push(`temporal_num_pollers{poller_type="activity_task",task_queue="${queue}"} ${count}`);
  for (const [queue, count] of Object.entries(slots))
    lines.push(
      `temporal_worker_task_slots_available{worker_type="ActivityWorker",task_queue="${queue}"} ${count}`,
    );
  if (nonDeterminism > 0)
    lines.push(
      `temporal_workflow_task_execution_failed_total{failure_reason="NonDeterminismError",task_queue="meta"} ${nonDeterminism}`,
    );
  const waited = 'temporal_activity_schedule_to_start_latency_seconds';
  for (const [bound, count] of [
    ['30', 0],
    ['60', late],
    ['+Inf', late],
  ] as const)
    lines.push(`${waited}_bucket{task_queue="io",le="${bound}"} ${count}`);
  return `${lines.join('\n')}\n`;
}
