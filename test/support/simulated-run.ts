import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { expect } from 'chai';

import type { RunInputDraft } from '../../data/schemas/run-input.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import type { TrainQueue } from '../../workflows/contract/profiles.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import type { Outcome, Simulation, SimulationRecord } from './simulated-activities.js';
import { simulatedActivities } from './simulated-activities.js';
import type { TemporalRig } from './temporal-rig.js';

/** A run on a rig with simulated training. */
export interface SimulatedRun {
  readonly handle: WorkflowHandle<typeof trainUniverse>;
  readonly record: Required<SimulationRecord>;
  /** How often a unit was started. */
  readonly times: (unit: string) => number;
  /** Lets a held unit continue. */
  readonly letGo: (unit: string) => void;
}

/** Options of a simulated run. */
export interface RunSimulation extends Omit<Simulation, 'hold'> {
  /** Units that wait until they are let go, at the latest when the test ends. */
  readonly held?: readonly string[];
  /** Queues without a worker. */
  readonly deserted?: readonly TrainQueue[];
}

/** Starts a run, and runs `work` while workers with simulated activities poll. */
export async function withSimulatedRun<Result>(
  rig: TemporalRig,
  runId: string,
  { held = [], deserted = [], ...simulation }: RunSimulation,
  work: (run: SimulatedRun) => Promise<Result>,
  input: RunInputDraft = {},
): Promise<Result> {
  const record = { statuses: [], units: [], queues: new Map<string, string>() } satisfies SimulationRecord;
  const { hold, letGo, letAllGo } = holding(held);
  const activities = simulatedActivities({ ...simulation, hold }, record);
  const start = async (): Promise<Result> => {
    const handle = await rig.client.workflow.start(trainUniverse, {
      workflowId: workflowIds.run(runId),
      taskQueue: 'meta',
      args: [{ runId, ...input }],
    });
    const times = (unit: string): number => record.units.filter((name) => name === unit).length;
    return work({ handle, record, times, letGo }).finally(letAllGo);
  };
  return rig.withWorkers(activities, start, { deserted });
}

/** An outcome that is `first` the first times a unit starts, and success from then on. */
export function firstTimes(matches: RegExp, first: Outcome, times = 1): NonNullable<Simulation['outcome']> {
  const begun = new Map<string, number>();
  return (unit) => {
    const before = begun.get(unit) ?? 0;
    begun.set(unit, before + 1);
    return matches.test(unit) && before < times ? first : 'succeed';
  };
}

/** The message of a rejected update. */
export async function refusalOf(request: Promise<unknown>): Promise<string> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(WorkflowUpdateFailedError);
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  expect(cause).to.have.property('type', 'InvalidInput');
  return cause?.message ?? '';
}

/** Holds units until they are released. */
export function holding(units: readonly string[]) {
  const held = new Map(
    units.map((unit) => {
      let letGo = (): void => undefined;
      const gone = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      return [unit, { gone, letGo }] as const;
    }),
  );
  return {
    hold: (unit: string): Promise<void> | undefined => held.get(unit)?.gone,
    letGo: (unit: string): void => held.get(unit)?.letGo(),
    letAllGo: (): void => {
      for (const { letGo } of held.values()) letGo();
    },
  };
}
