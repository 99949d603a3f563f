import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';

import type { RunStatus } from '../../data/schemas/run-status.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { pauseUpdate, unpauseUpdate, workflowIds } from '../../workflows/contract/messages.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import type { RunPattern } from '../support/run-patterns.js';
import {
  anyRun,
  disturbedCohort,
  disturbedUnit,
  windowsPlanned,
  windowsTrained,
} from '../support/run-patterns.js';
import { shortTimeoutBundle } from '../support/short-timeout-bundle.js';
import type { Outcome, SimulatedActivities, SimulationRecord } from '../support/simulated-activities.js';
import { byRun, simulatedActivities } from '../support/simulated-activities.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';

/** Patterns tried at once, and how many times that is done. */
const TOGETHER = 8;
const ROUNDS = 3;
const ENDS_WITHIN_MS = 300_000;
const PAUSED_FOR_MS = 200;

describe('a run with any outcome of its parts', function () {
  this.timeout(600_000);
  let rig: TemporalRig;

  before(async () => {
    rig = await startTemporalRig({ bundle: await shortTimeoutBundle() });
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
  });

  it('ends, leaves nothing running, and its counts add up to the plan', async () => {
    let next = 0;
    const simulations = new Map<string, SimulatedActivities>();
    await rig.withWorkers(byRun(simulations), async () => {
      const patterns = fc.array(anyRun(), { minLength: TOGETHER, maxLength: TOGETHER });
      await fc.assert(
        fc.asyncProperty(patterns, async (all) => {
          const wrong = await Promise.all(
            all.map(async (pattern) => tryPattern(rig, simulations, `any-${(next += 1)}`, pattern)),
          );
          const found = wrong.filter((one) => one !== undefined);
          if (found.length > 0) throw new Error(found.join('\n\n'));
        }),
        // A pattern is reported as found: shrinking it would take minutes.
        { numRuns: ROUNDS, endOnFailure: true },
      );
    });
  });
});

/** What is wrong with a run of this pattern; undefined if nothing is. */
async function tryPattern(
  rig: TemporalRig,
  simulations: Map<string, SimulatedActivities>,
  runId: string,
  pattern: RunPattern,
): Promise<string | undefined> {
  const record: SimulationRecord = { statuses: [], units: [] };
  const { workflow } = rig.client;
  const handle: WorkflowHandle<typeof trainUniverse> = workflow.getHandle(workflowIds.run(runId));
  const disturbed = disturbedUnit(pattern);
  let disturbing: Promise<unknown> | undefined;
  const outcome = (unit: string): Outcome => {
    if (unit !== disturbed || disturbing !== undefined) return pattern.outcomes.get(unit) ?? 'succeed';
    disturbing = disturb(rig, handle, runId, pattern);
    return 'hang';
  };
  simulations.set(
    runId,
    simulatedActivities(
      {
        cohorts: pattern.cohorts,
        skippedBy: pattern.skipped === 0 ? {} : { no_bars: pattern.skipped },
        failedAtPlan: pattern.refused === 0 ? {} : { BadSchema: pattern.refused },
        outcome,
      },
      record,
    ),
  );
  const { maxFailureRate, cohortConcurrency } = pattern;
  await workflow.start(trainUniverse, {
    workflowId: workflowIds.run(runId),
    taskQueue: 'meta',
    args: [{ runId, maxFailureRate, cohortConcurrency }],
  });
  const problems = await endOf(handle, record)
    .then(async (status) => {
      await disturbing;
      return [
        ...problemsOf(status, pattern, disturbing !== undefined),
        ...(await leftRunning(rig, runId, pattern)),
      ];
    })
    .catch((error: unknown) => [String(error)]);
  if (problems.length === 0) return undefined;
  const shown = JSON.stringify({ ...pattern, outcomes: [...pattern.outcomes] });
  return `${runId}: ${problems.join('; ')}\nunits: ${record.units.join(' ')}\n${shown}`;
}

async function disturb(
  rig: TemporalRig,
  handle: WorkflowHandle<typeof trainUniverse>,
  runId: string,
  { cohorts, disturbance }: RunPattern,
): Promise<void> {
  const { workflow } = rig.client;
  switch (disturbance.kind) {
    case 'none':
      return;
    case 'cancel':
      await handle.cancel();
      return;
    case 'terminate cohort':
      await workflow.getHandle(workflowIds.cohort(runId, disturbedCohort(cohorts, disturbance))).terminate();
      return;
    case 'terminate ingest':
      await workflow.getHandle(workflowIds.ingest(runId)).terminate();
      return;
    case 'pause':
      await handle.executeUpdate(pauseUpdate, { args: [{ reason: 'to look at it' }] });
      await new Promise((resolve) => setTimeout(resolve, PAUSED_FOR_MS));
      await handle.executeUpdate(unpauseUpdate);
  }
}

/** The status with which a run ended, in any way. */
async function endOf(
  handle: WorkflowHandle<typeof trainUniverse>,
  record: SimulationRecord,
): Promise<RunStatus> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it does not end')), ENDS_WITHIN_MS);
  });
  try {
    return await Promise.race([handle.result(), late]);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const details: unknown = error.cause instanceof ApplicationFailure ? error.cause.details?.[0] : undefined;
    const status = runStatusSchema.safeParse(details).data ?? record.statuses.at(-1)?.status;
    if (status === undefined) throw error;
    return status;
  } finally {
    clearTimeout(timer);
  }
}

function problemsOf({ phase, windows }: RunStatus, pattern: RunPattern, disturbed: boolean): string[] {
  const problems: string[] = [];
  if (!['done', 'failed', 'cancelled'].includes(phase)) problems.push(`it ended in phase ${phase}`);
  const { planned, succeeded, skipped, failed } = windows;
  const counted = succeeded + skipped + failed;
  const { kind } = pattern.disturbance;
  if (disturbed && kind === 'terminate ingest') {
    if (phase !== 'failed' || planned !== 0) problems.push(`${phase} with ${planned} windows and no ingest`);
    return problems;
  }
  if (planned !== windowsPlanned(pattern)) problems.push(`${planned} windows planned`);
  if (disturbed && kind === 'cancel') {
    if (phase !== 'cancelled') problems.push(`cancelled, and ended as ${phase}`);
    if (counted > planned) problems.push(`${counted} windows counted of ${planned}`);
    return problems;
  }
  if (counted !== planned) problems.push(`${succeeded} + ${skipped} + ${failed} are not ${planned}`);
  if (succeeded !== windowsTrained(pattern))
    problems.push(`${succeeded} windows trained, not ${windowsTrained(pattern)}`);
  return problems;
}

/** Workflows of a run that are still open after its end. */
async function leftRunning(rig: TemporalRig, runId: string, { cohorts }: RunPattern): Promise<string[]> {
  const ids = [
    workflowIds.run(runId),
    workflowIds.ingest(runId),
    ...cohorts.map(({ id }) => workflowIds.cohort(runId, id)),
  ];
  const open = await Promise.all(
    ids.map(async (id) => {
      try {
        const { status } = await rig.client.workflow.getHandle(id).describe();
        return status.name === 'RUNNING' ? [`${id} is left running`] : [];
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return [];
        throw error;
      }
    }),
  );
  return open.flat();
}
