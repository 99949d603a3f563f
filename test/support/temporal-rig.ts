import { existsSync } from 'node:fs';

import type { Client } from '@temporalio/client';
import type { HistoryAndWorkflowId } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type {
  NativeConnection,
  ReplayHistoriesIterable,
  ReplayResult,
  ReplayWorkerOptions,
  WorkerOptions,
  WorkflowBundleOption,
} from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import { expect } from 'chai';

import { allProfiles } from './all-profiles.js';
import { workflowBundle } from '../../workers/workflow-bundle.js';
import { packageRoot } from '../../data/store/package-root.js';
import { SERVER_SETTINGS } from '../../temporal-config/server-settings.js';
import { findTemporalCli } from '../../temporal-config/temporal-cli.js';
import { searchAttributes } from '../../workflows/contract/search-attributes.js';
import { quietRuntime } from './quiet-runtime.js';

/** Limit for every event of a history: content is passed as references. */
const PAYLOAD_LIMIT_BYTES = 16 * 1024;
const ALL_RUNS = '';

/** A real Temporal server for a test file, with the settings of the embedded one, and a check of all its histories. */
export interface TemporalRig {
  readonly client: Client;
  readonly environment: TestWorkflowEnvironment;
  /**
   * Runs `work` while workers for all queues poll with these activities.
   */
  withWorkers<Result>(
    activities: object,
    work: () => Promise<Result>,
    options?: WorkersOptions,
  ): Promise<Result>;
  /**
   * Replays the history of every workflow on the server and checks the size of its payloads.
   *
   * @returns Number of replayed histories.
   */
  replayAll(): Promise<number>;
  stop(): Promise<void>;
}

/** The workers that poll. */
export interface WorkersOptions {
  /** Maximum number of concurrent tasks of a training worker; absent: any number. */
  readonly trainers?: number;
  /** Queues without a worker. */
  readonly deserted?: readonly string[];
  /** The only queues with workers; absent: all. */
  readonly only?: readonly string[];
}

export interface RigOptions {
  /** Port of the server's Web UI; absent: no Web UI. */
  readonly uiPort?: number;
  /** Number of events from which the server suggests continue-as-new. */
  readonly eventsUntilContinued?: number;
  /** Settings of the server beside those of the embedded one, each `NAME=VALUE`. */
  readonly settings?: readonly string[];
  /** Workflow code of the workers; absent: that of the build. */
  readonly bundle?: WorkflowBundleOption;
}

export async function startTemporalRig({
  eventsUntilContinued,
  bundle: given,
  settings: more = [],
  ...options
}: RigOptions = {}): Promise<TemporalRig> {
  quietRuntime();
  const path = await findTemporalCli(packageRoot);
  expect(existsSync(path), `Temporal CLI at ${path}`).to.equal(true);
  const settings = [
    ...SERVER_SETTINGS,
    ...more,
    ...(eventsUntilContinued === undefined
      ? []
      : [`limit.historyCount.suggestContinueAsNew=${eventsUntilContinued}`]),
  ];
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      ip: '127.0.0.1',
      ...options,
      searchAttributes: Object.values(searchAttributes),
      extraArgs: settings.flatMap((setting) => ['--dynamic-config-value', setting]),
    },
  });
  const bundle = given ?? (await workflowBundle());
  return {
    client: environment.client,
    environment,
    withWorkers: async (activities, work, workers) =>
      // In this thread, like replays: a worker thread would compile the bundle again for every test.
      runWithWorkers(
        environment.nativeConnection,
        { workflowBundle: bundle, debugMode: true },
        activities,
        work,
        workers,
      ),
    replayAll: async () => replayAll(environment.client, bundle),
    stop: async () => environment.teardown(),
  };
}

/** Runs `work` while workers for all queues poll with these activities. */
export async function runWithWorkers<Result>(
  connection: NativeConnection,
  workflows: Pick<WorkerOptions, 'workflowBundle' | 'debugMode'>,
  activities: object,
  work: () => Promise<Result>,
  { trainers, deserted = [], only }: WorkersOptions = {},
): Promise<Result> {
  const all = new Set(Object.values(allProfiles).map(({ taskQueue }) => taskQueue ?? ''));
  const queues = [...all].filter((queue) => !deserted.includes(queue) && (only?.includes(queue) ?? true));
  const workers = await Promise.all(
    queues.map(async (taskQueue) =>
      Worker.create({
        connection,
        taskQueue,
        activities,
        maxHeartbeatThrottleInterval: '200ms',
        ...(taskQueue === 'meta' ? workflows : {}),
        // As in run-worker.ts: a task without a free trainer would be rejected and retried a second later.
        ...(taskQueue.startsWith('train.') && trainers !== undefined
          ? { maxConcurrentActivityTaskExecutions: trainers }
          : {}),
      }),
    ),
  );
  const runs = workers.map(async (worker) => worker.run());
  try {
    return await work();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
  }
}

/** Replays every history on a server, and checks the size of its payloads. */
export async function replayAll(client: Client, bundle: WorkflowBundleOption): Promise<number> {
  return replayThrough({ workflowBundle: bundle }, historiesOf(client));
}

/**
 * Replays histories.
 *
 * @returns Number of replayed histories.
 * @throws Error when a history does not replay.
 */
export async function replayThrough(
  options: ReplayWorkerOptions,
  histories: ReplayHistoriesIterable,
): Promise<number> {
  let replayed = 0;
  for await (const { workflowId, error } of replayEach(options, histories)) {
    if (error !== undefined)
      throw new Error(`${workflowId} does not replay: ${error.message}`, { cause: error });
    replayed += 1;
  }
  return replayed;
}

/** Replays histories with one worker, since starting one takes longer than most replays. */
export async function* replayEach(
  options: ReplayWorkerOptions,
  histories: ReplayHistoriesIterable,
): AsyncGenerator<ReplayResult> {
  quietRuntime();
  const seen = new Set<string>();
  for await (const result of Worker.runReplayHistories(options, histories)) {
    // The result must not be that of the previous history.
    expect(seen, `replay of ${result.workflowId}`).to.not.include(result.runId);
    seen.add(result.runId);
    yield result;
  }
}

/** Every history on a server. @throws Error when a payload is too large. */
async function* historiesOf(client: Client): AsyncGenerator<HistoryAndWorkflowId> {
  for await (const { workflowId, runId } of client.workflow.list({ query: ALL_RUNS })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of history.events ?? []) {
      const bytes = JSON.stringify(event).length;
      expect(bytes, `event ${String(event.eventId)} of ${workflowId}`).to.be.below(PAYLOAD_LIMIT_BYTES);
    }
    yield { workflowId, history };
  }
}
