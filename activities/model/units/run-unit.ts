import { rm } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import type { ErrorType } from '../../../data/errors.js';
import { ERROR_TYPES } from '../../../data/errors.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { removeStaleTemporaryFiles } from '../../../data/store/replace-file.js';
import type { Home } from '../../../data/store/home.js';
import { indexUnit, reuseUnit } from '../../../data/store/shared-units.js';
import { findUnit, sealUnit, unitKey } from '../../../data/store/units.js';
import type { TrainerJob, TrainerResult } from '../jobs.js';
import type { Checkpoint } from './checkpoint.js';
import { openCheckpoint } from './checkpoint.js';
import type { JobContext } from './job-context.js';
import { unitInputs } from './unit-keys.js';

/** Result of a unit of training. */
export interface UnitWork {
  readonly outputs: Readonly<Record<string, FileRef>>;
  /** Figures for the manifest; without wall-clock times and without the run's name. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly succeeded: number;
  readonly failedBy: Partial<Record<ErrorType, number>>;
}

/**
 * Runs a unit of training once. A finished unit with the same key is reused, from the run's own folder or from
 * another run of the home; an interrupted one continues from its checkpoint. The manifest is sealed after
 * everything else is on disk.
 *
 * @param inputs What the result depends on, in addition to configuration, bars, cohort, backend and code.
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
    ...unitInputs(job, await context.cohortBars(job)),
    ...inputs,
  });
  const manifestFile = path.join(directory, 'unit.json');
  const { runId } = job.config;
  const checkpointFile = path.join(home.checkpoints(runId), `${key}.ckpt`);
  const own = await findUnit(home, manifestFile, key);
  const other =
    own === undefined && job.reuse !== 'own' && !context.alone
      ? await reuseUnit(home, key, runId, directory)
      : undefined;
  const found = own ?? other;
  if (found !== undefined) {
    const { ref, manifest } = found;
    if (!context.alone) await share(home, key, runId, ref, manifest.summary);
    await rm(checkpointFile, { force: true });
    const from = other === undefined ? {} : { from: other.from };
    return { manifest: ref, ...countsOf(manifest.summary), reused: true, ...from };
  }

  // Partial files of a killed attempt.
  await removeStaleTemporaryFiles(directory);
  await removeStaleTemporaryFiles(home.checkpoints(runId));
  const checkpoint = await openCheckpoint(checkpointFile, key, context.pace);
  const { outputs, summary, succeeded, failedBy } = await work(checkpoint);
  const manifest = await sealUnit(home, manifestFile, {
    key,
    outputs,
    summary: { ...summary, backend: context.backend, succeeded, failedBy },
  });
  await checkpoint.remove();
  if (!context.alone) await share(home, key, runId, manifest, { succeeded, failedBy });
  return { manifest, succeeded, failedBy, reused: false };
}

/** Shares a finished unit with other runs, unless windows failed in it for reasons that may be accidental. */
async function share(
  home: Home,
  key: string,
  runId: string,
  manifest: FileRef,
  summary: unknown,
): Promise<void> {
  const { failedBy } = countsOf(summary);
  if (Object.keys(failedBy).every((type) => type === 'DataGap')) await indexUnit(home, key, runId, manifest);
}

const countsSchema = z.looseObject({
  succeeded: z.number().int().nonnegative(),
  failedBy: z.partialRecord(z.enum(ERROR_TYPES), z.number().int().positive()),
});

function countsOf(summary: unknown): Pick<TrainerResult, 'succeeded' | 'failedBy'> {
  const { succeeded, failedBy } = countsSchema.parse(summary);
  return { succeeded, failedBy };
}
