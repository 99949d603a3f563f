import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { z } from 'zod';

import type { AuditActivities } from '../../activities/audit/activities.js';
import type { DistillActivities } from '../../activities/distill/activities.js';
import type { IngestActivities } from '../../activities/ingest/activities.js';
import type { CohortHead, PlanActivities, PlanHead } from '../../activities/plan/activities.js';
import { nextTrainQueue } from '../../activities/plan/train-queue.js';
import type { PromoteActivities } from '../../activities/promote/activities.js';
import type { ScoreActivities } from '../../activities/score/activities.js';
import type { StressActivities } from '../../activities/stress/activities.js';
import type { TeachActivities, TeachIndexActivities } from '../../activities/teach/activities.js';
import type { ValidateActivities } from '../../activities/validate/activities.js';
import type { ErrorType } from '../../data/errors.js';
import { ERROR_POLICIES } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { ingestBatches } from '../../data/schemas/ingest.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import type { TrainQueue } from '../../workflows/contract/profiles.js';

/** What a simulated unit does: `hang` sends heartbeats until it is cancelled, `silent` sends none and does not end in time. */
export type Outcome = 'succeed' | 'hang' | 'silent' | ErrorType;

/** Longer than the heartbeat timeouts of the workflows under test. */
const SILENT_MS = 3_000;

export interface Simulation {
  readonly cohorts: readonly CohortHead[];
  /** Symbols of the universe. @default 100 */
  readonly symbols?: number;
  readonly skippedBy?: PlanHead['skippedBy'];
  readonly failedAtPlan?: PlanHead['failedBy'];
  /** Changes that the plan reports. */
  readonly changes?: PlanHead['changes'];
  /** Whether a shard is reused, by its name as below. */
  readonly reused?: (unit: string) => boolean;
  /**
   * Outcome of a unit, named `prior/real/<cohort>`, `shard/placebo/<cohort>/<n>`, `seal/<cohort>`,
   * `student/<cohort>`, `stress`, `ingest/<n>`, `plan`, `forget/<cohort>`, `probes`, `notice`, `score`, `promotion/<run>`,
   * `decide/<run>`, `expire/<run>`, `champion/<change>`, `review/<champion>`.
   */
  readonly outcome?: (unit: string) => Outcome;
  /** The queue that the plan chooses. @default train.cpu */
  readonly trainQueue?: TrainQueue;
  /** Number of GPU workers that poll, at every check. @default none */
  readonly gpuPollers?: () => number;
  /** What a unit waits for before it starts. */
  readonly hold?: (unit: string) => Promise<void> | undefined;
  /** Cohorts with failed windows of the given symbols, and the number of these windows. */
  readonly forgets?: (symbols: readonly string[]) => { readonly windows: number; readonly cohorts: string[] };
}

/** What the simulated activities were asked to do. */
export interface SimulationRecord {
  readonly statuses: { readonly status: RunStatus; readonly message: string }[];
  readonly units: string[];
  /** The queue on which each unit started last. */
  readonly queues?: Map<string, string>;
}

/** Cohorts per payload, as in the real activity. */
const COHORTS_AT_ONCE = 32;

const ref = (uri: string, rows = 0): FileRef => ({ uri, sha256: '0'.repeat(64), bytes: 0, rows });

/**
 * Activities that take no time and train nothing, for tests of the workflows alone. Server, worker and histories are
 * real.
 */
export function simulatedActivities(
  simulation: Simulation,
  record: SimulationRecord,
): PlanActivities &
  TeachIndexActivities &
  IngestActivities &
  TeachActivities &
  DistillActivities &
  StressActivities &
  ValidateActivities &
  AuditActivities &
  PromoteActivities &
  ScoreActivities {
  const universe = simulation.symbols ?? 100;
  const run = async (unit: string): Promise<void> => {
    record.units.push(unit);
    record.queues?.set(unit, Context.current().info.taskQueue);
    await simulation.hold?.(unit);
    const outcome = simulation.outcome?.(unit) ?? 'succeed';
    if (outcome === 'succeed') return;
    if (outcome === 'hang') {
      const context = Context.current();
      // Cancellations arrive with heartbeats.
      const beat = setInterval(() => context.heartbeat(), 100);
      return context.cancelled.finally(() => clearInterval(beat));
    }
    if (outcome === 'silent') {
      await new Promise((resolve) => setTimeout(resolve, SILENT_MS));
      throw new Error(`${unit} was silent for too long`);
    }
    throw ApplicationFailure.create({
      type: outcome,
      message: `${unit} met ${outcome}`,
      nonRetryable: !ERROR_POLICIES[outcome].retry,
    });
  };
  const windowsOf = (cohort: string, shard: number): number => {
    const head = simulation.cohorts.find((one) => one.id === cohort);
    if (head === undefined) throw new Error(`no cohort ${cohort}`);
    return (
      Math.floor(((shard + 1) * head.windows) / head.shards) -
      Math.floor((shard * head.windows) / head.shards)
    );
  };
  return {
    settleRun: ({ input, runId }) => {
      const parsed = runInputSchema.safeParse(input);
      if (!parsed.success) {
        throw ApplicationFailure.create({ type: 'InvalidInput', message: 'refused', nonRetryable: true });
      }
      const { symbols, ...config } = parsed.data;
      return Promise.resolve({
        config: { ...config, runId },
        symbols: ref('symbols.json', symbols?.length ?? universe),
        batches: ingestBatches(universe),
        trainQueue: simulation.trainQueue ?? 'train.cpu',
      });
    },
    nextTrainQueue: async ({ cohort, looks }) => {
      record.units.push(`look/${cohort}/${looks}`);
      return nextTrainQueue(looks, () => Promise.resolve(simulation.gpuPollers?.() ?? 0));
    },
    dueRun: ({ schedule, at, input }) => {
      record.units.push(`due/${at}`);
      const runId = `${schedule}_${at.replaceAll(/\D/g, '').slice(0, 14)}`;
      const due = runInputSchema.parse({ ...(typeof input === 'object' ? input : {}), runId });
      return Promise.resolve({ runId, input: due, why: 'bars up to now' });
    },
    planRun: async () => {
      await run('plan');
      return {
        plan: ref('plan.json'),
        planned:
          simulation.cohorts.reduce((sum, { windows }) => sum + windows, 0) +
          sum(simulation.skippedBy) +
          sum(simulation.failedAtPlan),
        trainable: simulation.cohorts.reduce((total, { windows }) => total + windows, 0),
        skippedBy: simulation.skippedBy ?? {},
        failedBy: simulation.failedAtPlan ?? {},
        cohorts: simulation.cohorts.slice(0, COHORTS_AT_ONCE),
        cohortCount: simulation.cohorts.length,
        notes: [],
        ...(simulation.changes === undefined ? {} : { changes: simulation.changes }),
      };
    },
    listCohorts: ({ from }) => Promise.resolve(simulation.cohorts.slice(from, from + COHORTS_AT_ONCE)),
    recordStatus: (request) => {
      record.statuses.push(request);
      return Promise.resolve();
    },
    ingestSymbols: async ({ batch }) => {
      await run(`ingest/${batch}`);
      return { symbols: 25 };
    },
    sealIngest: () =>
      Promise.resolve({
        ref: ref('ingest.json', 100),
        symbols: 100,
        digest: 'd',
        statuses: { ok: 96, excluded: 4 },
      }),
    fitPrior: async ({ cohort, arm }) => {
      await run(`prior/${arm}/${cohort}`);
      return ref(`${cohort}/prior/unit.json`);
    },
    teachShard: async ({ cohort, arm, shard }) => {
      const unit = `shard/${arm}/${cohort}/${shard}`;
      await run(unit);
      const succeeded = windowsOf(cohort, shard);
      const found = simulation.reused?.(unit) === true ? { reused: succeeded } : {};
      return { succeeded, failedBy: {}, notes: [], ...found };
    },
    sealCohort: async ({ cohort, lost = [] }) => {
      record.units.push(...lost.map(({ shard, error }) => `lost/${cohort}/${shard ?? 'all'}/${error}`));
      await run(`seal/${cohort}`);
      return ref(`${cohort}/cohort.json`);
    },
    recordLostCohort: ({ cohort, error }) => {
      record.units.push(`lost/${cohort}/all/${error}`);
      return Promise.resolve();
    },
    forgetFailures: async ({ cohorts = [], symbols = [] }) => {
      for (const cohort of cohorts) await run(`forget/${cohort}`);
      return simulation.forgets?.(symbols) ?? { windows: cohorts.length, cohorts };
    },
    recordTrials: () => Promise.resolve({ trials: 1 }),
    indexRun: () => Promise.resolve(ref('teach-index.json')),
    distillStudent: async ({ cohort }) => {
      await run(`student/${cohort}`);
      return ref(`${cohort}/student/unit.json`);
    },
    reproduceCohort: () => Promise.resolve(null),
    stressStudent: async () => {
      await run('stress');
      return { stress: ref('stress_predictions.parquet') };
    },
    probeLeakage: async () => {
      await run('probes');
      return { integrity: ref('integrity.json'), drift: ref('feature_drift.json') };
    },
    probeCohort: async ({ cohort }) => {
      await run(`probes/${cohort}`);
      return ref(`probes/${cohort}/unit.json`);
    },
    measureCohort: async ({ cohort }) => {
      await run(`figures/${cohort}`);
      return ref(`figures/${cohort}/unit.json`);
    },
    measureArm: ({ arm: { split, model } }) => Promise.resolve(ref(`figures/arms/${split}_${model}.json`)),
    gatherPredictions: () =>
      Promise.resolve({ predictions: ref('p'), placebo: ref('q'), student: ref('s'), importance: ref('i') }),
    validateRun: () =>
      Promise.resolve({
        metrics: ref('m'),
        statTests: ref('t'),
        stressTests: ref('u'),
        backtest: ref('b'),
      }),
    auditBundle: () => Promise.resolve({ bundle: '/home/release/audit', digest: 'f'.repeat(64), files: 1 }),
    openPromotion: async ({ runId }) => {
      await run(`promotion/${runId}`);
      return { opened: true };
    },
    remindDecision: ({ runId, left }) => {
      record.units.push(`remind/${runId}/${left}`);
      return Promise.resolve({ waits: true });
    },
    decideRun: async ({ runId, verdict, by, reason, at, id }) => {
      await run(`decide/${runId}`);
      return { ...simulatedDecision(runId), verdict, by, reason, at, id };
    },
    expireDecision: async ({ runId, at, id }) => {
      await run(`expire/${runId}`);
      return { ...simulatedDecision(runId), verdict: 'expired', by: 'nobody', reason: 'late', at, id };
    },
    changeChampion: async ({ change, by, reason, at, id }) => {
      await run(`champion/${change}`);
      const verdict = change === 'retire' ? 'retired' : 'restored';
      return { ...simulatedDecision('earlier'), verdict, by, reason, at, id };
    },
    reviewChampion: async ({ champion }) => {
      const unit = `review/${champion}`;
      await run(unit);
      const looks = record.units.filter((one) => one === unit).length;
      return { champion: looks < 3, review: looks === 2 ? ['too old'] : [] };
    },
    scoreChampion: async () => {
      await run('score');
      return null;
    },
    writeFailureNotice: async ({ failedBy }) => {
      await run('notice');
      const failures = Object.entries(failedBy).flatMap(([type, n]) => [
        `${type}: ${n} windows of ${n} symbols`,
        '  Fix: correct the bar files, then resume',
      ]);
      return { notice: '/home/release/audit/FAILED.md', failures };
    },
  };
}

function simulatedDecision(run: string) {
  return {
    ...{ number: 1, run, bundle: 'release/audit', bundleDigest: 'f'.repeat(64), previous: null },
  };
}

export type SimulatedActivities = ReturnType<typeof simulatedActivities>;

const ofRun = z.union([
  z.looseObject({ config: z.looseObject({ runId: z.string() }) }).transform(({ config }) => config.runId),
  z.looseObject({ status: z.looseObject({ runId: z.string() }) }).transform(({ status }) => status.runId),
  z.looseObject({ runId: z.string() }).transform(({ runId }) => runId),
]);

/** Activities for several runs at once: calls for a run go to its own simulation. */
export function byRun(simulations: ReadonlyMap<string, SimulatedActivities>): object {
  const names = Object.keys(simulatedActivities({ cohorts: [] }, { statuses: [], units: [] }));
  const dispatch = async (name: string, request: unknown): Promise<unknown> => {
    const activities = simulations.get(ofRun.parse(request)) ?? {};
    const activity: unknown = new Map<string, unknown>(Object.entries(activities)).get(name);
    if (typeof activity !== 'function') throw new Error(`no simulation for ${name} of that run`);
    return Promise.resolve<unknown>(Reflect.apply(activity, undefined, [request]));
  };
  return Object.fromEntries(names.map((name) => [name, async (request: unknown) => dispatch(name, request)]));
}

function sum(counts: Readonly<Partial<Record<string, number>>> = {}): number {
  return Object.values(counts).reduce<number>((total, n) => total + (n ?? 0), 0);
}
