import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { WorkflowExecutionInfo, WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { History } from '@temporalio/common/lib/proto-utils.js';

import type { FetchActivities } from '../../activities/ingest/fetch/activities.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { ingestUniverse } from '../../workflows/ingest-universe.js';
import { changeChampion } from '../../workflows/change-champion.js';
import {
  approveUpdate,
  bundleSealedSignal,
  championEndedSignal,
  decideUpdate,
  pauseUpdate,
  unpauseUpdate,
  workflowIds,
} from '../../workflows/contract/messages.js';
import { promoteRun } from '../../workflows/promote-run.js';
import { scheduledRun } from '../../workflows/scheduled-run.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import { watchChampion } from '../../workflows/watch-champion.js';
import type { Outcome, Simulation, SimulationRecord } from '../support/simulated-activities.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';
import { GOLDEN_HISTORIES, packageVersion } from './golden-histories.js';

/**
 * `npm run golden`: makes the golden histories of this version again, on a real server with simulated
 * activities. Runs of released versions can continue under later code as long as these replay.
 */

const FIRST = { id: '2022-01-01_to_2022-06-30', windows: 4, shards: 2 };
const SECOND = { id: '2022-06-30_to_2022-12-27', windows: 4, shards: 1 };
const COHORTS = [FIRST, SECOND];

interface Scenario {
  readonly simulation: Simulation;
  readonly input?: RunInputDraft;
  /** When this unit has started: cancel the run, or pause and unpause it. */
  readonly at?: string;
  readonly then?: (run: WorkflowHandle) => Promise<void>;
}

/** The outcome of a unit that hangs the first time only. */
function hangsOnce(unit: string): (asked: string) => Outcome {
  let hung = false;
  return (asked) => {
    if (asked !== unit || hung) return 'succeed';
    hung = true;
    return 'hang';
  };
}

/** Every way in which a run ends. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  whole: { simulation: { cohorts: COHORTS } },
  'partly-skipped': {
    simulation: {
      cohorts: COHORTS,
      skippedBy: { not_listed: 1, excluded: 2 },
      outcome: (unit) => (unit === `shard/real/${FIRST.id}/1` ? 'DataGap' : 'succeed'),
    },
  },
  'partly-failed': {
    simulation: {
      cohorts: COHORTS,
      outcome: (unit) => (unit === `shard/real/${FIRST.id}/0` ? 'Diverged' : 'succeed'),
    },
    input: { maxFailureRate: 0.5 },
  },
  failed: {
    simulation: {
      cohorts: COHORTS,
      outcome: (unit) => (unit.startsWith('prior/real') ? 'BadSchema' : 'succeed'),
    },
  },
  'ingest-failed': {
    simulation: { cohorts: COHORTS, outcome: (unit) => (unit === 'ingest/2' ? 'BadSchema' : 'succeed') },
  },
  cancelled: {
    simulation: { cohorts: COHORTS, outcome: (unit) => (unit.startsWith('shard/') ? 'hang' : 'succeed') },
    // The latest cohort is trained first.
    at: `shard/real/${SECOND.id}/0`,
    then: async (run) => {
      await run.cancel();
    },
  },
  paused: {
    simulation: { cohorts: COHORTS, outcome: hangsOnce(`shard/real/${FIRST.id}/0`) },
    at: `shard/real/${FIRST.id}/0`,
    then: async (run) => {
      await run.executeUpdate(pauseUpdate, { args: [{ reason: 'disk change' }] });
      await run.executeUpdate(unpauseUpdate);
    },
  },
};

/** Fields about the machine that made a history; a replay ignores them. */
const OF_THE_MACHINE = new Set(['stackTrace', 'identity', 'binaryChecksum', 'workerVersion']);

async function main(): Promise<void> {
  const folder = path.join(GOLDEN_HISTORIES, packageVersion());
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const rig = await startTemporalRig();
  const kept = new Set<string>();
  try {
    for (const [name, scenario] of Object.entries(SCENARIOS)) await play(rig, name, scenario);
    await approveAndRepeat(rig, 'whole');
    await release(rig, 'released');
    await fetchUnderQuota(rig);
    const executions: WorkflowExecutionInfo[] = [];
    for await (const execution of rig.client.workflow.list()) executions.unshift(execution);
    for (const { workflowId, runId, type, status } of executions) {
      const history = await rig.client.workflow.getHandle(workflowId, runId).fetchHistory();
      // A second history with the same steps proves nothing more.
      const steps = stepsOf(history);
      if (kept.has(steps)) continue;
      kept.add(steps);
      const [, scenario = '', cohort] = workflowId.split('/');
      const part = cohort === undefined ? type : `${type}-${cohort === FIRST.id ? 1 : 2}`;
      const file = path.join(
        folder,
        `${scenario.replace(/_\d+$/, '')}.${part}.${status.name.toLowerCase()}.json`,
      );
      const text = JSON.stringify(JSON.parse(historyToJSON(history)), (key, value: unknown) =>
        OF_THE_MACHINE.has(key) ? undefined : value,
      );
      writeFileSync(file, `${text}\n`);
      process.stdout.write(`${path.relative(GOLDEN_HISTORIES, file)} ${Math.ceil(text.length / 1024)} KB\n`);
    }
  } finally {
    await rig.stop();
  }
}

/** The steps of a workflow, event by event. */
function stepsOf({ events }: History): string {
  const steps = (events ?? []).map((event) => [
    event.eventType,
    event.workflowExecutionStartedEventAttributes?.workflowType?.name,
    event.activityTaskScheduledEventAttributes?.activityType?.name,
    event.activityTaskFailedEventAttributes?.failure?.applicationFailureInfo?.type,
  ]);
  return JSON.stringify(steps);
}

async function play(
  rig: TemporalRig,
  name: string,
  { simulation, input, at, then }: Scenario,
): Promise<void> {
  const record: SimulationRecord = { statuses: [], units: [] };
  await rig.withWorkers(simulatedActivities(simulation, record), async () => {
    const handle = await rig.client.workflow.start(trainUniverse, {
      workflowId: workflowIds.run(name),
      taskQueue: 'meta',
      args: [{ runId: name, cohortConcurrency: 1, ...input }],
    });
    if (at !== undefined) {
      await until(() => record.units.includes(at));
      await then?.(handle);
    }
    await handle.result().catch(() => undefined);
  });
}

/** After a run: a decision about it, and a scheduled run. */
async function approveAndRepeat(rig: TemporalRig, runId: string): Promise<void> {
  const simulated = simulatedActivities({ cohorts: COHORTS }, { statuses: [], units: [] });
  await rig.withWorkers(simulated, async () => {
    const handle = await rig.client.workflow.start(promoteRun, {
      workflowId: workflowIds.promotion(runId),
      taskQueue: 'meta',
      args: [{ runId }],
    });
    await handle.executeUpdate(decideUpdate, {
      args: [{ verdict: 'approved', by: 'a reviewer', reason: 'better than its placebo' }],
    });
    await handle.result();
    await rig.client.workflow.execute(scheduledRun, {
      workflowId: workflowIds.scheduled('nightly'),
      taskQueue: 'meta',
      args: [{ schedule: 'nightly', input: { cohortConcurrency: 1 } }],
    });
  });
}

/** A bundle that waits for a decision, the watch of a champion, and the end of its championship. */
async function release(rig: TemporalRig, runId: string): Promise<void> {
  const simulated = simulatedActivities({ cohorts: COHORTS }, { statuses: [], units: [] });
  const wait = { runId, bundleDigest: 'f'.repeat(64), expiryDays: 30, reminderDays: 7 };
  const words = { by: 'a reviewer', reason: 'better than its placebo' };
  await rig.withWorkers(simulated, async () => {
    const promotion = await rig.client.workflow.signalWithStart(promoteRun, {
      workflowId: workflowIds.promotion(runId),
      taskQueue: 'meta',
      args: [{ runId, wait }],
      signal: bundleSealedSignal,
      signalArgs: [wait],
    });
    await promotion.executeUpdate(approveUpdate, { args: [words] });
    await promotion.result();
    const watch = await rig.client.workflow.start(watchChampion, {
      workflowId: workflowIds.watch(1),
      taskQueue: 'meta',
      args: [{ runId, champion: 1 }],
    });
    await watch.signal(championEndedSignal);
    await watch.result();
    await rig.client.workflow.execute(changeChampion, {
      workflowId: workflowIds.championChange,
      taskQueue: 'meta',
      args: [{ change: 'rollback', ...words }],
    });
  });
}

/** An ingest from a provider, and the keeper of the quota that it starts. */
async function fetchUnderQuota(rig: TemporalRig): Promise<void> {
  const runId = 'fetched';
  const activities = {
    ...simulatedActivities({ cohorts: COHORTS }, { statuses: [], units: [] }),
    ...simulatedFetch(),
  };
  await rig.withWorkers(activities, async () => {
    await rig.client.workflow.execute(ingestUniverse, {
      workflowId: workflowIds.ingest(runId),
      taskQueue: 'meta',
      args: [
        {
          config: { ...runInputSchema.parse({ source: 'breeze' }), runId },
          symbols: { uri: 'symbols.json', sha256: '0'.repeat(64), bytes: 0, rows: 50 },
          batches: 2,
        },
      ],
    });
    // The keeper outlives the ingest by up to a day.
    await rig.client.workflow.getHandle(workflowIds.quota('breeze')).terminate('its history is made');
  });
}

/** Two leases for each batch, under generous limits of the provider. */
function simulatedFetch(): FetchActivities {
  const limits = {
    spanCalls: 100,
    spanMs: 60_000,
    dayCalls: 5_000,
    dayMs: 86_400_000,
    dayOffsetMs: 0,
    marginMs: 1_000,
  };
  return {
    planFetch: () => Promise.resolve({ left: 60, limits }),
    fetchSymbols: ({ lease }) =>
      Promise.resolve({
        used: lease.calls,
        asked: lease.calls,
        left: lease.calls === 10 ? 0 : 10,
        added: lease.calls,
        revised: 0,
        blocked: null,
        message: null,
      }),
    closeLease: ({ lease }) => Promise.resolve({ used: lease.calls }),
  };
}

await main();
