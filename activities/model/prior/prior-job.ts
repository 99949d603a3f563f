import path from 'node:path';

import type { Checkpoint } from '../units/checkpoint.js';
import { cohortBounds, byResolution, priorRows, rowSpacing, spacedRows } from '../../market/splits/splits.js';
import type { JobContext } from '../units/job-context.js';
import { jobTable } from '../units/job-table.js';
import { writeModel } from '../units/model-file.js';
import { fitProbability } from './fit-probability.js';
import { outOfFoldScores } from './out-of-fold-scores.js';
import { rankFigures } from './choice-figures.js';
import { fitRankModel } from '../ranking/fit-rank-model.js';
import { priorToModel } from './prior-file.js';
import { writeChoices } from './prior-outputs.js';
import { collectTwoParts, firstRows, onesOf } from '../rows/row-set.js';
import type { UnitWork } from '../units/run-unit.js';
import { runUnit } from '../units/run-unit.js';
import type { PriorJob, TrainerResult } from '../jobs.js';

/**
 * Fits a cohort's prior: its scale model on labels resolved before the cohort's validation part, its
 * calibration on these and again on all labels resolved before the cohort's end, both with what its own past
 * chooses. Files in `{cohort}/prior/`: model.json, weights.bin, choices.json, unit.json; unless the past is too short to
 * choose, also out_of_fold.parquet and, of real bars, choice_returns.parquet.
 *
 * @throws GurukulError Diverged when the weights are not finite; Cancelled.
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
  const table = await jobTable(job, context, job.arm);
  const { validationStart, end } = cohortBounds(table, cohort, config);
  const known = table.symbols.map((symbol) => priorRows(symbol, end));
  const all = known.reduce((sum, { length }) => sum + length, 0);
  const spacing = rowSpacing(all, config.horizon);
  const parts = table.symbols.map((symbol, place) => {
    const rows = spacedRows(symbol, known[place] ?? new Int32Array(0), spacing);
    return byResolution(symbol, rows, validationStart);
  });
  const { rows, first: select } = collectTwoParts(
    table,
    (_, place) => parts[place]?.before ?? new Int32Array(0),
    (_, place) => parts[place]?.after ?? new Int32Array(0),
  );
  const phase = checkpoint.phase('fit');
  const fitted = await fitProbability({
    rows,
    select,
    validationStart,
    seed: [config.seed, 'prior', cohort.id],
    // Placebo bars are a placebo already.
    permute: job.arm === 'real',
    checkpoint: phase,
    onStep: (name, step, steps) => context.progress({ phase: name, step, steps }),
  });
  let rankPhase: 'choose' | 'fit' = 'fit';
  const rankFit = await fitRankModel(table, {
    cohort: cohort.id,
    seed: config.seed,
    validationStart,
    end,
    permute: job.arm === 'real',
    phase: (name) => checkpoint.phase(name),
    onStep: (name) => {
      rankPhase = name.endsWith('choice') ? 'choose' : 'fit';
      context.progress({ phase: rankPhase, step: 0, steps: 1 });
    },
    // Trees are fitted while choosing, too. A message a round would cost 3 % of the time.
    onRound: (step, steps) => {
      if (step % 10 === 0 || step === steps) context.progress({ phase: rankPhase, step, steps });
    },
  });
  await phase.step(() => ({ facts: null, arrays: [] }));

  context.progress({ phase: 'write', step: 0, steps: 1 });
  const models = { ...fitted, rank: rankFit.model };
  const results = {
    choices: [
      ...fitted.choices,
      rankFit.choices.trained,
      rankFit.choices.permuted,
      rankFit.treeChoices.trained,
      rankFit.treeChoices.permuted,
    ],
    days: [
      ...fitted.days,
      rankFigures(rankFit.choices.trained, rankFit.returnsByConfig),
      rankFigures(rankFit.treeChoices.trained, rankFit.treeReturns),
    ],
    outOfFold: fitted.outOfFold,
    score: outOfFoldScores(table, fitted.outOfFold, rankFit.tested),
  };
  const outputs = {
    ...(await writeModel(context.home, directory, priorToModel(models, table))),
    ...(await writeChoices(context.home, directory, job, table, results)),
  };
  context.progress({ phase: 'write', step: 1, steps: 1 });
  return {
    outputs,
    summary: {
      rows: { select, fit: rows.row.length },
      rankRows: rankFit.rows,
      ones: { select: onesOf(firstRows(rows, select)), fit: onesOf(rows) },
    },
    succeeded: 0,
    failedBy: {},
  };
}
