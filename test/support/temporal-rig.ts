import { existsSync } from 'node:fs';

import type { Client, WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { NativeConnection, WorkflowBundleOption } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import { expect } from 'chai';

import { allProfiles } from '../../workflows/profiles.js';
import { workflowBundle } from '../../workers/workflow-bundle.js';
import { packageRoot } from '../../data/store/package-root.js';
import { findTemporalCli } from '../../temporal-config/temporal-cli.js';
import { searchAttributes } from '../../workflows/search-attributes.js';
import { quietRuntime } from './quiet-runtime.js';

/** No single payload of a history may be larger: content travels as references. */
const PAYLOAD_LIMIT_BYTES = 16 * 1024;
const ALL_RUNS = '';

/** A real Temporal server for a test file, and a check of everything that ran on it. */
export interface TemporalRig {
  readonly client: Client;
  readonly environment: TestWorkflowEnvironment;
  /** Runs `work` while workers for all queues poll with these activities. */
  withWorkers<Result>(activities: object, work: () => Promise<Result>): Promise<Result>;
  /**
   * Replays the history of every workflow that ran here and checks the size of its payloads.
   *
   * @returns How many were replayed.
   */
  replayAll(): Promise<number>;
  stop(): Promise<void>;
}

export interface RigOptions {
  /** Where the server's Web UI listens; absent: it has none. */
  readonly uiPort?: number;
  /** Events from which the server proposes that a workflow goes on with a fresh history. */
  readonly eventsUntilContinued?: number;
  /** Settings of the server, as `--dynamic-config-value` takes them. */
  readonly serverSettings?: readonly string[];
  /** Workflow code of the workers; absent: that of the build. */
  readonly bundle?: WorkflowBundleOption;
}

export async function startTemporalRig({
  eventsUntilContinued,
  serverSettings = [],
  bundle: given,
  ...options
}: RigOptions = {}): Promise<TemporalRig> {
  quietRuntime();
  const path = await findTemporalCli(packageRoot);
  expect(existsSync(path), `Temporal CLI at ${path}`).to.equal(true);
  const settings =
    eventsUntilContinued === undefined
      ? serverSettings
      : [...serverSettings, `limit.historyCount.suggestContinueAsNew=${eventsUntilContinued}`];
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
    withWorkers: async (activities, work) =>
      runWithWorkers(environment.nativeConnection, bundle, activities, work),
    replayAll: async () => replayAll(environment.client, bundle),
    stop: async () => environment.teardown(),
  };
}

/** Runs `work` while workers for all queues poll with these activities. */
export async function runWithWorkers<Result>(
  connection: NativeConnection,
  workflowBundleOption: WorkflowBundleOption,
  activities: object,
  work: () => Promise<Result>,
): Promise<Result> {
  const queues = [...new Set(Object.values(allProfiles).map(({ taskQueue }) => taskQueue ?? ''))];
  const workers = await Promise.all(
    queues.map(async (taskQueue) =>
      Worker.create({
        connection,
        taskQueue,
        activities,
        maxHeartbeatThrottleInterval: '200ms',
        ...(taskQueue === 'meta' ? { workflowBundle: workflowBundleOption } : {}),
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

/** Replays every history that a server has, and checks the size of its payloads. */
export async function replayAll(client: Client, bundle: WorkflowBundleOption): Promise<number> {
  let replayed = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query: ALL_RUNS })) {
    const handle: WorkflowHandle = client.workflow.getHandle(workflowId, runId);
    const history = await handle.fetchHistory();
    await Worker.runReplayHistory({ workflowBundle: bundle }, history, workflowId);
    for (const event of history.events ?? []) {
      const bytes = JSON.stringify(event).length;
      expect(bytes, `event ${String(event.eventId)} of ${workflowId}`).to.be.below(PAYLOAD_LIMIT_BYTES);
    }
    replayed += 1;
  }
  return replayed;
}
