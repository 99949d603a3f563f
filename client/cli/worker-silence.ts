import os from 'node:os';

import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';

import { WORKFLOW_QUEUE } from '../runs/start-run.js';

/** Who has asked a queue for work, and when. */
interface Poller {
  readonly identity?: string | null;
  readonly lastAccessTime?: { readonly seconds?: unknown } | null;
}

/** A worker that lives asks for work at least once in this time: a poll lasts for a minute. */
const SEEN_WITHIN_MS = 70_000;
/** The enum's own value: the enum itself would load all of the protocol. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const WORKFLOW_TASKS: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW = 1;

/**
 * Why a run does not answer: its worker is busy, or there is none.
 *
 * @param start How to start a worker.
 * @param now Milliseconds since 1970.
 */
export async function whySilent(client: Client, start: string, now: number): Promise<string> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: WORKFLOW_QUEUE },
    taskQueueType: WORKFLOW_TASKS,
  });
  return silenceText(pollers, start, now);
}

/** @param pollers Who has asked for work, by the server's account: it remembers them for minutes. */
export function silenceText(pollers: readonly Poller[], start: string, now: number): string {
  const seen = pollers
    .filter((poller) => !isGone(poller))
    .map(({ lastAccessTime }) => now - 1000 * Number(lastAccessTime?.seconds ?? 0))
    .filter((age) => age < SEEN_WITHIN_MS);
  if (seen.length === 0) return `no worker answers: ${start}`;
  const seconds = Math.max(0, Math.round(Math.min(...seen) / 1000));
  return `the worker is busy and answers late (it last asked for work ${seconds} s ago)`;
}

/** Whether a worker was a process of this machine that has ended. Its identity is `PID@HOST`. */
function isGone({ identity }: Poller): boolean {
  const [, pid, host] = /^(\d+)@(.+)$/.exec(identity ?? '') ?? [];
  if (pid === undefined || host !== os.hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
