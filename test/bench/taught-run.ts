import { readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

import type { Arm } from '../../activities/market/feature-table.js';
import { createTeachActivities } from '../../activities/teach/index.js';
import type { CohortUnits, Trainer, TrainerResult } from '../../activities/model/jobs.js';
import { cohortDates, trainingConfig } from '../../data/schemas/training-config.js';
import { refIfExists } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import type { BackendInfo } from '../../workers/tensor/backend.js';
import { trainerPool } from '../../workers/trainer/pool.js';
import { createTrainer } from '../../workers/trainer/supervisor.js';
import { inActivity } from '../activities/validate/in-activity.js';
import type { PhaseSeconds } from './phase-clock.js';
import { NO_SECONDS, addPhases, phaseClock } from './phase-clock.js';
import type { SettledRun } from './settled-run.js';

/** Time and results of the step teach. */
export interface TaughtRun {
  readonly backend: BackendInfo;
  /** Number of trainer processes. */
  readonly trainers: number;
  /** Windows of the real arm that were trained. */
  readonly windows: number;
  readonly failed: number;
  /** Start of the trainer processes until their backends are ready; not part of `seconds`. */
  readonly startSeconds: number;
  /** All priors and shards. */
  readonly seconds: number;
  /** Processor time of all trainers for `seconds`; null where the system does not report it. */
  readonly cpuSeconds: number | null;
  /** Seconds of all trainers together. */
  readonly phases: PhaseSeconds;
  /** Largest resident memory of a trainer process; null where the system does not report it. */
  readonly peakRssMb: number | null;
  /** The same of every trainer process. */
  readonly peaksMb: readonly number[];
  /** Manifests of the students, by cohort; empty where none were asked for. */
  readonly students: readonly TrainerResult[];
  /** Manifests of the shards, by arm. */
  readonly shards: Readonly<Record<Arm, readonly TrainerResult[]>>;
}

/** Default number of trainer processes of a CPU worker on this machine. */
const TRAINERS = Math.min(4, availableParallelism());

/** As in a run with two cohorts at once, each with its placebo. */
const JOBS_IN_FLIGHT = 4;

export interface TeachOptions {
  /** Trainer processes. */
  readonly trainers?: number;
  /** A run that the trainers train first, as those of a busy worker have; it is not measured. */
  readonly before?: SettledRun;
  /** Whether to distil every cohort's student, too; it is not measured. */
  readonly students?: boolean;
}

/**
 * Trains every window of a settled run with the pipeline's own activities, each a job of a supervised trainer
 * process. As in a run, more jobs are in flight than there are trainers. Features that other runs left on disk are
 * removed first.
 *
 * @param arms `real` alone, or the placebo too.
 */
export async function teachRun(
  home: Home,
  run: SettledRun,
  arms: readonly Arm[],
  { trainers = TRAINERS, before, students = false }: TeachOptions = {},
): Promise<TaughtRun> {
  const pids = new Set<number>();
  const log = {
    debug: () => undefined,
    info: (details: object) => {
      if ('pid' in details && typeof details.pid === 'number') pids.add(details.pid);
    },
    warn: (_: object, message: string) => void process.stderr.write(`trainer: ${message}\n`),
  };
  const started = performance.now();
  const supervised = Array.from({ length: trainers }, () =>
    createTrainer({ home, packageRoot, accelerator: 'cpu', log }),
  );
  try {
    const [backend] = await Promise.all(supervised.map((trainer) => trainer.backend()));
    if (backend === undefined) throw new RangeError('there is no trainer');
    const startSeconds = secondsSince(started);
    const pool = trainerPool(supervised);
    if (before !== undefined) await teachAll(home, before, ['real'], queued(pool, trainers));
    await rm(home.featureTables(), { recursive: true, force: true });

    const shards: Record<Arm, TrainerResult[]> = { real: [], placebo: [] };
    let phases = NO_SECONDS;
    const trainer = observed(pool, shards, (spent) => {
      phases = addPhases(phases, spent);
    });
    const cpuBefore = await cpuSecondsOf([...pids]);
    const ready = performance.now();
    await teachAll(home, run, arms, queued(trainer, trainers));
    const seconds = secondsSince(ready);
    const cpuAfter = await cpuSecondsOf([...pids]);
    const succeeded = shards.real.reduce((sum, result) => sum + result.succeeded, 0);
    const distilled = students ? await distilAll(home, run, shards.real, queued(pool, trainers)) : [];
    const peaksMb = (await Promise.all([...pids].map(peakRss))).filter((peak) => peak !== null);
    return {
      backend,
      trainers,
      windows: succeeded,
      failed: run.trainable - succeeded,
      startSeconds,
      seconds,
      cpuSeconds: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore,
      phases,
      peakRssMb: peaksMb.length === 0 ? null : Math.max(...peaksMb),
      peaksMb,
      students: distilled,
      shards: { real: inOrder(shards.real), placebo: inOrder(shards.placebo) },
    };
  } finally {
    await Promise.all(supervised.map((trainer) => trainer.close()));
  }
}

/** All priors and shards of a run, the cohorts in the order of a run. */
async function teachAll(home: Home, run: SettledRun, arms: readonly Arm[], trainer: Trainer): Promise<void> {
  const teach = createTeachActivities({ home, trainer, shutdown: new AbortController().signal });
  await inActivity(async () => {
    const waiting = [...run.cohorts]
      .reverse()
      .flatMap((cohort) => arms.map((arm) => ({ cohort, arm })))
      .values();
    const lane = async (): Promise<void> => {
      for (const { cohort, arm } of waiting) {
        const request = { config: run.config, cohort: cohort.id, arm, ingest: run.ingest };
        const prior = await teach.fitPrior(request);
        for (let shard = 0; shard < cohort.shards; shard += 1)
          await teach.teachShard({ ...request, plan: run.plan, prior, shard });
      }
    };
    await Promise.all(Array.from({ length: JOBS_IN_FLIGHT }, lane));
  });
}

/** The students of all cohorts, from the priors and shards of their teachers. */
async function distilAll(
  home: Home,
  { config, cohorts, ingest }: SettledRun,
  shards: readonly TrainerResult[],
  trainer: Trainer,
): Promise<TrainerResult[]> {
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const units = new Map<string, CohortUnits>();
  for (const { id } of cohorts) {
    const own = inOrder(shards).filter(
      ({ manifest, succeeded }) => manifest.uri.includes(`/${id}/`) && succeeded > 0,
    );
    const prior = await refIfExists(home, home.priorUnit(config.runId, id, 'real'));
    if (prior !== undefined && own.length > 0)
      units.set(id, { prior, shards: own.map(({ manifest }) => manifest) });
  }
  return Promise.all(
    [...units].map(([id, own]) => {
      const cohort = cohortDates(id);
      const earlier = [...units].find(([other]) => other.endsWith(`_to_${cohort.start}`))?.[1];
      return trainer.run(
        {
          kind: 'student',
          arm: 'real',
          config: trainingConfig(config),
          cohort,
          ingest,
          own,
          ...(earlier === undefined ? {} : { earlier }),
        },
        options,
      );
    }),
  );
}

/** Like a task queue: a job waits until a trainer is free, first come, first served. */
function queued(pool: Trainer, trainers: number): Trainer {
  let free = trainers;
  const waiting: (() => void)[] = [];
  return {
    async run(job, options) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await pool.run(job, options);
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}

function secondsSince(moment: number): number {
  return (performance.now() - moment) / 1000;
}

/** Wraps the trainers to time every job's phases and collect every shard's result. */
function observed(
  trainer: Trainer,
  shards: Record<Arm, TrainerResult[]>,
  spent: (seconds: PhaseSeconds) => void,
): Trainer {
  return {
    async run(job, options) {
      const clock = phaseClock(() => performance.now());
      clock.begin();
      const result = await trainer.run(job, {
        ...options,
        onProgress: (progress) => {
          clock.note(progress);
          options.onProgress(progress);
        },
      });
      clock.end();
      spent(clock.seconds());
      if (job.kind === 'shard') shards[job.arm].push(result);
      return result;
    },
  };
}

/** Sorts results: concurrent cohorts end in any order. */
function inOrder(shards: readonly TrainerResult[]): TrainerResult[] {
  return [...shards].sort((a, b) => (a.manifest.uri < b.manifest.uri ? -1 : 1));
}

/** Processor time of running processes so far: user and system, in clock ticks of 10 ms (man 5 proc). */
async function cpuSecondsOf(pids: readonly number[]): Promise<number | null> {
  let ticks = 0;
  for (const pid of pids) {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // The name of the program, in brackets, may hold spaces.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      return null;
    }
  }
  return ticks / 100;
}

/** Peak resident memory of a running process, in MiB. */
async function peakRss(pid: number): Promise<number | null> {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
