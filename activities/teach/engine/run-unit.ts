import path from 'node:path';

import { z } from 'zod';

import type { ErrorType } from '../../../data/errors.js';
import { ERROR_TYPES } from '../../../data/errors.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { sweepTemporary } from '../../../data/store/replace-file.js';
import { findUnit, sealUnit, unitKey } from '../../../data/store/units.js';
import type { TrainerJob, TrainerResult } from '../jobs.js';
import type { Checkpoint } from './checkpoint.js';
import { openCheckpoint } from './checkpoint.js';
import type { JobContext } from './job-context.js';
import { trainingKey } from './unit-keys.js';

/** What a unit of training leaves behind. */
export interface UnitWork {
  readonly outputs: Readonly<Record<string, FileRef>>;
  /** Figures for the manifest; no wall-clock times, nothing that names the run. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly succeeded: number;
  readonly failedBy: Partial<Record<ErrorType, number>>;
}

/**
 * Does a piece of training once: a finished unit with the same key is taken as it is, an interrupted one
 * goes on from its checkpoint, and the manifest is sealed after everything else is on disk.
 *
 * @param inputs What the result depends on, besides configuration, ingest, cohort, backend and code.
 */
export async function runUnit(
  job: TrainerJob,
  context: JobContext,
  directory: string,
  inputs: Readonly<Record<string, unknown>>,
  work: (checkpoint: Checkpoint) => Promise<UnitWork>,
): Promise<TrainerResult> {
  const { home } = context;
  const key = unitKey({
    code: context.codeVersion,
    backend: context.backend,
    kind: job.kind,
    config: trainingKey(job.config),
    cohort: job.cohort,
    ingest: job.ingest.sha256,
    ...inputs,
  });
  const manifestFile = path.join(directory, 'unit.json');
  const found = await findUnit(home, manifestFile, key);
  if (found !== undefined) return { manifest: found.ref, ...countsOf(found.manifest.summary), reused: true };

  // What a killed attempt was just writing.
  await sweepTemporary(directory);
  await sweepTemporary(home.checkpoints(job.config.runId));
  const checkpoint = await openCheckpoint(
    path.join(home.checkpoints(job.config.runId), `${key}.ckpt`),
    key,
    context.pace,
  );
  const { outputs, summary, succeeded, failedBy } = await work(checkpoint);
  const manifest = await sealUnit(home, manifestFile, {
    key,
    outputs,
    summary: { ...summary, backend: context.backend, succeeded, failedBy },
  });
  await checkpoint.remove();
  return { manifest, succeeded, failedBy, reused: false };
}

const countsSchema = z.looseObject({
  succeeded: z.number().int().nonnegative(),
  failedBy: z.partialRecord(z.enum(ERROR_TYPES), z.number().int().positive()),
});

function countsOf(summary: unknown): Pick<TrainerResult, 'succeeded' | 'failedBy'> {
  const { succeeded, failedBy } = countsSchema.parse(summary);
  return { succeeded, failedBy };
}
