import { readFile } from 'node:fs/promises';

import type { Arm } from '../../activities/teach/feature-table.js';
import { createTeachActivities } from '../../activities/teach/index.js';
import type { Trainer, TrainerResult } from '../../activities/teach/jobs.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import type { BackendInfo } from '../../workers/tensor/backend.js';
import { createTrainer } from '../../workers/trainer/supervisor.js';
import { inActivity } from '../activities/validate/in-activity.js';
import type { PhaseSeconds } from './phase-clock.js';
import { phaseClock } from './phase-clock.js';
import type { SettledRun } from './settled-run.js';

/** What the step teach took, and what it left. */
export interface TaughtRun {
  readonly backend: BackendInfo;
  /** Windows trained to the end, of the real arm. */
  readonly windows: number;
  readonly failed: number;
  /** Start of the trainer process until its backend is there. */
  readonly startSeconds: number;
  /** Everything after that: all priors and shards. */
  readonly seconds: number;
  readonly phases: PhaseSeconds;
  /** Largest resident memory of the trainer process; null where the system does not tell. */
  readonly peakRssMb: number | null;
  /** Manifests of the shards, by arm, in order. */
  readonly shards: Readonly<Record<Arm, readonly TrainerResult[]>>;
}

/**
 * Teaches every window of a settled run through the pipeline's own activities, each a job of the supervised
 * trainer process, one cohort after the other.
 *
 * @param arms `real` alone, or the placebo too.
 */
export async function teachRun(home: Home, run: SettledRun, arms: readonly Arm[]): Promise<TaughtRun> {
  let pid = 0;
  const log = {
    debug: () => undefined,
    info: (details: object) => {
      if ('pid' in details && typeof details.pid === 'number') pid = details.pid;
    },
    warn: (_: object, message: string) => void process.stderr.write(`trainer: ${message}\n`),
  };
  const started = performance.now();
  const supervised = createTrainer({ home, packageRoot, accelerator: 'cpu', log });
  try {
    const backend = await supervised.backend();
    const ready = performance.now();
    const clock = phaseClock(() => performance.now());
    const shards: Record<Arm, TrainerResult[]> = { real: [], placebo: [] };
    const trainer = observed(supervised, clock, shards);
    const shutdown = new AbortController().signal;
    const teach = createTeachActivities({ home, trainer, shutdown });
    await inActivity(async () => {
      for (const cohort of run.cohorts)
        for (const arm of arms) {
          const request = { config: run.config, cohort: cohort.id, arm, ingest: run.ingest };
          const prior = await teach.fitPrior(request);
          for (let shard = 0; shard < cohort.shards; shard += 1)
            await teach.teachShard({ ...request, plan: run.plan, prior, shard });
        }
    });
    const seconds = (performance.now() - ready) / 1000;
    const succeeded = shards.real.reduce((sum, result) => sum + result.succeeded, 0);
    return {
      backend,
      windows: succeeded,
      failed: run.trainable - succeeded,
      startSeconds: (ready - started) / 1000,
      seconds,
      phases: clock.seconds(),
      peakRssMb: await peakRss(pid),
      shards,
    };
  } finally {
    await supervised.close();
  }
}

/** The trainer, with every job's phases timed and every shard's result kept. */
function observed(
  trainer: Trainer,
  clock: ReturnType<typeof phaseClock>,
  shards: Record<Arm, TrainerResult[]>,
): Trainer {
  return {
    async run(job, options) {
      clock.begin();
      const result = await trainer.run(job, {
        ...options,
        onProgress: (progress) => {
          clock.note(progress);
          options.onProgress(progress);
        },
      });
      clock.end();
      if (job.kind === 'shard') shards[job.arm].push(result);
      return result;
    },
  };
}

/** Largest resident memory of a process that still runs, in MiB. */
async function peakRss(pid: number): Promise<number | null> {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
