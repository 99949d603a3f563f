import path from 'node:path';

import { GurukulError } from '../../data/errors.js';
import { MINUTES_PER_DAY, dayOfMinutes } from '../../data/time/dates.js';
import { admitStrengths } from './engine/admit-strengths.js';
import type { Checkpoint } from './engine/checkpoint.js';
import { cohortBounds } from './engine/cohort-bounds.js';
import { headBasis } from './engine/head-basis.js';
import type { JobContext } from './engine/job-context.js';
import { writeModel } from './engine/model-file.js';
import { priorToModel } from './engine/prior-model.js';
import type { RowSet } from './engine/row-set.js';
import { collectRows, onesOf, scalerOf } from './engine/row-set.js';
import type { UnitWork } from './engine/run-unit.js';
import { runUnit } from './engine/run-unit.js';
import { JUDGE_SHARE, PRIOR_SETTINGS } from './engine/settings.js';
import type { EnsembleTask } from './engine/train-ensemble.js';
import { trainEnsemble } from './engine/train-ensemble.js';
import type { FeatureTable } from './feature-table.js';
import type { PriorJob, TrainerResult } from './jobs.js';
import { priorRows } from './splits.js';

/**
 * Fits a cohort's prior twice: once on labels resolved before its validation part, once on labels
 * resolved before its end. Files in `{cohort}/prior/`: model.json, weights.bin, unit.json.
 *
 * @throws GurukulError Diverged when the networks' weights are no longer numbers; Cancelled.
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
  const split = cohortBounds(table, cohort, config);
  const { validationStart, end } = split;

  const fit = (
    phase: 'select' | 'fit',
    rows: RowSet,
    epochs: EnsembleTask['epochs'],
  ): ReturnType<typeof trainEnsemble> =>
    trainEnsemble({
      rows,
      scaler: scalerOf(rows),
      settings: PRIOR_SETTINGS,
      epochs,
      seed: [config.seed, 'prior', cohort.id, phase],
      checkpoint: checkpoint.phase(phase),
      onStep: (step, steps, loss) => context.progress({ phase, step, steps, ...finiteLoss(loss) }),
    });

  const judgeStart = sessionAt(table, validationStart, 1 - JUDGE_SHARE);
  const earlier = collectRows(table, (symbol) => priorRows(symbol, judgeStart));
  const judge = collectRows(table, (symbol) =>
    priorRows(symbol, validationStart).filter((row) => (symbol.time[row] ?? -Infinity) >= judgeStart),
  );
  const select = await fit('select', earlier, { rows: judge, sessionsPerLabel: config.horizon });
  const all = collectRows(table, (symbol) => priorRows(symbol, end));
  const final = await fit('fit', all, select.epochs);
  for (const { ensemble } of [select, final])
    if (!ensemble.parameters.every((weight) => Number.isFinite(weight)))
      throw new GurukulError('Diverged', `the prior of cohort ${cohort.id} (${job.arm}) diverged`);

  const selectBasis = headBasis(select.ensemble, earlier);
  const { strengths, gains } = await admitStrengths(
    table,
    split,
    selectBasis,
    config.horizon,
    checkpoint.phase('strengths'),
    (step, steps, loss) => context.progress({ phase: 'fit', step, steps, ...finiteLoss(loss) }),
  );

  context.progress({ phase: 'write', step: 0, steps: 1 });
  const prior = { select: selectBasis, fit: headBasis(final.ensemble, all), strengths };
  const outputs = await writeModel(context.home, directory, priorToModel(prior, table.names));
  context.progress({ phase: 'write', step: 1, steps: 1 });
  return {
    outputs,
    summary: {
      epochs: select.epochs,
      judgeLogLoss: select.history,
      adaptation: gains,
      rows: { select: earlier.row.length, judge: judge.row.length, fit: all.row.length },
      ones: { select: onesOf(earlier), judge: onesOf(judge), fit: onesOf(all) },
    },
    succeeded: 0,
    failedBy: {},
  };
}

/** First minute of the session that stands at a share of all sessions before a moment. */
function sessionAt(table: FeatureTable, before: number, share: number): number {
  const days = new Set<number>();
  for (const { time, complete } of table.symbols)
    time.forEach((minutes, row) => {
      if (minutes < before && complete[row] === 1) days.add(dayOfMinutes(minutes));
    });
  const sessions = [...days].sort((a, b) => a - b);
  const day = sessions[Math.floor(sessions.length * share)];
  return day === undefined ? before : day * MINUTES_PER_DAY;
}

function finiteLoss(loss: number): { loss?: number } {
  return Number.isFinite(loss) ? { loss } : {};
}
