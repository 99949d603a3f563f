import path from 'node:path';

import type { Checkpoint } from './engine/checkpoint.js';
import { cohortBounds } from './engine/cohort-bounds.js';
import type { JobContext } from './engine/job-context.js';
import { writeModel } from './engine/model-file.js';
import type { PriorFit } from './engine/prior-fit.js';
import { fitPriorTo } from './engine/prior-fit.js';
import { priorToModel } from './engine/prior-model.js';
import type { RowSet } from './engine/row-set.js';
import { collectRows, onesOf } from './engine/row-set.js';
import type { UnitWork } from './engine/run-unit.js';
import { runUnit } from './engine/run-unit.js';
import type { PriorJob, TrainerResult } from './jobs.js';
import { priorRows } from './splits.js';

/**
 * Fits a cohort's prior twice: once on labels resolved before its validation part, once on labels
 * resolved before its end. Files in `{cohort}/prior/`: model.json, weights.bin, unit.json.
 *
 * @throws GurukulError Diverged when the weights are no longer numbers; Cancelled.
 */
export async function runPriorJob(job: PriorJob, context: JobContext): Promise<TrainerResult> {
  const directory = path.join(context.home.cohortDir(job.config.runId, job.cohort.id, job.arm), 'prior');
  return runUnit(job, context, directory, { arm: job.arm }, (checkpoint) =>
    fitPrior(job, context, directory, checkpoint),
  );
}

async function fitPrior(
  job: PriorJob,
  context: JobContext,
  directory: string,
  checkpoint: Checkpoint,
): Promise<UnitWork> {
  const { config, cohort } = job;
  context.progress({ phase: 'features', step: 0, steps: 1 });
  const table = await context.loadTable(job, job.arm);
  context.progress({ phase: 'features', step: 1, steps: 1 });
  const { validationStart, end } = cohortBounds(table, cohort, config);
  const fit = (phase: 'select' | 'fit', rows: RowSet): Promise<PriorFit> =>
    fitPriorTo({
      rows,
      seed: [config.seed, 'prior', cohort.id, phase],
      checkpoint: checkpoint.phase(phase),
      onStep: (step, steps, loss) =>
        context.progress({ phase, step, steps, ...(Number.isFinite(loss) ? { loss } : {}) }),
    });
  const rows = {
    select: collectRows(table, (symbol) => priorRows(symbol, validationStart)),
    fit: collectRows(table, (symbol) => priorRows(symbol, end)),
  };
  const prior = { select: await fit('select', rows.select), fit: await fit('fit', rows.fit) };

  context.progress({ phase: 'write', step: 0, steps: 1 });
  const outputs = await writeModel(context.home, directory, priorToModel(prior, table));
  context.progress({ phase: 'write', step: 1, steps: 1 });
  return {
    outputs,
    summary: {
      curve: { select: prior.select.curve, fit: prior.fit.curve },
      rows: { select: rows.select.row.length, fit: rows.fit.row.length },
      ones: { select: onesOf(rows.select), fit: onesOf(rows.fit) },
    },
    succeeded: 0,
    failedBy: {},
  };
}
