import { setMaxListeners } from 'node:events';

import type { Client, Workflow, WorkflowHandle, WorkflowResultType } from '@temporalio/client';
import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  QueryRejectedError,
  ServiceError,
  WorkflowNotFoundError,
} from '@temporalio/client';

import type { RunStatus } from '../../data/schemas/run-status.js';
import type { RunProgress, UnitProgress } from '../../workflows/contract/messages.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import type { trainUniverse } from '../../workflows/train-universe.js';
import { aborted } from './interrupt.js';
import { repeatUntil } from './repeat.js';
import type { Snapshot } from './progress-snapshot.js';
import { snapshotOf } from './progress-snapshot.js';
import type { ProgressView } from './progress-view.js';
import type { RunFailure } from './run-failure.js';
import { runFailureOf } from './run-failure.js';
import { whySilent } from './worker-silence.js';

/** How following a run came to its end. */
export type FollowEnd =
  | { readonly kind: 'done'; readonly status: RunStatus }
  | { readonly kind: 'failed'; readonly failure: RunFailure }
  /** The user left; the run goes on. */
  | { readonly kind: 'left'; readonly progress: RunProgress | undefined };

export interface FollowOptions {
  readonly client: Client;
  readonly runId: string;
  readonly view: ProgressView;
  /** Aborting it leaves the run alone. */
  readonly signal: AbortSignal;
  /** Rejects when following makes no sense any more. */
  readonly lost?: Promise<never>;
  /** How to start a worker, where there is none. */
  readonly noWorkerHint: string;
}

const POLL_MS = 1_000;
const QUERY_MS = 4_000;
/** Unanswered polls in a row before it is said why. */
const SILENT_POLLS = 2;

/**
 * Follows a run to its end, or until the signal.
 *
 * @throws what the server says when it is gone for good, or what `lost` rejects with.
 */
export async function followRun(options: FollowOptions): Promise<FollowEnd> {
  const { client, runId, view, signal } = options;
  const handle = client.workflow.getHandle<typeof trainUniverse>(workflowIds.run(runId));
  const ended = new AbortController();
  let latest: RunProgress | undefined;

  const polling = poll(options, ended.signal, (progress, snapshot) => {
    latest = progress;
    view.update(snapshot);
  });
  const result = resultOf(client, handle, ended.signal).then(
    (status): FollowEnd => ({ kind: 'done', status }),
    (error: unknown): FollowEnd => {
      const failure = runFailureOf(error);
      if (failure === undefined) throw error;
      return { kind: 'failed', failure };
    },
  );
  const left = aborted(signal).then((): FollowEnd => ({ kind: 'left', progress: latest }));
  try {
    return await Promise.race([result, left, ...(options.lost === undefined ? [] : [options.lost])]);
  } finally {
    ended.abort();
    await Promise.allSettled([polling, result]);
    view.close();
  }
}

/**
 * A workflow's result, asked for until the signal. What is asked must be over before the connection is
 * closed: a call that the closing breaks off is tried again on a closed channel, out of reach.
 */
export async function resultOf<Run extends Workflow>(
  client: Client,
  handle: WorkflowHandle<Run>,
  signal: AbortSignal,
): Promise<WorkflowResultType<Run>> {
  // Every long poll of the call adds a listener, about one a minute.
  setMaxListeners(0, signal);
  return client.connection.withAbortSignal(signal, async () => handle.result());
}

async function poll(
  { client, runId, view, noWorkerHint }: FollowOptions,
  ended: AbortSignal,
  show: (progress: RunProgress, snapshot: Snapshot) => void,
): Promise<void> {
  let silent = 0;
  let changesShown = false;
  const shown = new Set<string>();
  await repeatUntil(ended, POLL_MS, async () => {
    const progress = await queryRun(client, runId);
    if (ended.aborted) return;
    if (progress === undefined) {
      silent += 1;
      if (silent === SILENT_POLLS) view.say(await whySilent(client, noWorkerHint, Date.now()));
      return;
    }
    silent = 0;
    const changes = progress.reuse?.changes ?? [];
    if (!changesShown && changes.length > 0) {
      changesShown = true;
      for (const [at, line] of changes.entries()) view.say(at === 0 ? `changed ${line}` : `  ${line}`);
    }
    for (const notice of progress.notices ?? []) {
      if (!shown.has(notice)) view.say(`note: ${notice}`);
      shown.add(notice);
    }
    show(progress, snapshotOf(progress, await queryCohorts(client, runId, progress)));
  });
}

/** A run's own progress; undefined when no worker answers in time. */
export async function queryRun(client: Client, runId: string): Promise<RunProgress | undefined> {
  return query<RunProgress>(client, client.workflow.getHandle(workflowIds.run(runId)));
}

/** The progress of a cohort or an ingest; undefined when no worker answers in time. */
export async function queryUnit(client: Client, workflowId: string): Promise<UnitProgress | undefined> {
  return query<UnitProgress>(client, client.workflow.getHandle(workflowId));
}

/** The progress of a run's running cohorts, by cohort id. */
export async function queryCohorts(
  client: Client,
  runId: string,
  progress: RunProgress,
): Promise<Map<string, UnitProgress>> {
  const running = progress.cohorts.filter(({ state }) => state === 'running');
  const answers = await Promise.all(
    running.map(async ({ id }) => {
      return [id, await queryUnit(client, workflowIds.cohort(runId, id))] as const;
    }),
  );
  return new Map(answers.flatMap(([id, unit]) => (unit === undefined ? [] : [[id, unit] as const])));
}

async function query<Answer>(client: Client, handle: WorkflowHandle): Promise<Answer | undefined> {
  try {
    return await client.connection.withDeadline(Date.now() + QUERY_MS, () =>
      handle.query<Answer>('progress'),
    );
  } catch (error) {
    if (
      isGrpcServiceError(error) ||
      error instanceof ServiceError ||
      error instanceof WorkflowNotFoundError ||
      error instanceof QueryNotRegisteredError ||
      error instanceof QueryRejectedError
    ) {
      return undefined;
    }
    throw error;
  }
}
