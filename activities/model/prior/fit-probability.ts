import type { Choice } from '../choices/choice.js';
import type { RowSet } from '../rows/row-set.js';
import { choosePrior } from './choose-prior.js';
import type { ChosenPrior } from './choose-prior.js';
import type { PriorModel, Steps } from './fit-prior.js';
import { fitPriorModel } from './fit-prior.js';
import type { TargetArm, TargetRows } from './target-rows.js';
import { firstTargets, permuteTargets, withTargets } from './target-rows.js';

export interface ProbabilityTask extends Steps {
  /** Rows with labels resolved before the forward part; those resolved before the validation part come first. */
  readonly rows: RowSet;
  /** Number of rows resolved before the validation part. */
  readonly select: number;
  /** Start of the cohort's validation part, exchange minutes. */
  readonly validationStart: number;
  /** Key of the random streams. */
  readonly seed: readonly (string | number)[];
}

/** The probability head of a cohort. */
export interface ProbabilityFit extends Pick<ChosenPrior, 'days' | 'outOfFold'> {
  readonly trained: PriorModel;
  /** Fitted to targets permuted among the symbols of a time, choices included: what there is without its signal. */
  readonly permuted: PriorModel;
  /** Of both. */
  readonly choices: readonly Choice[];
}

/**
 * Chooses the configurations of a cohort's prior on its past before the validation part, then fits it with them; and
 * the same once more with permuted targets.
 *
 * @throws GurukulError Diverged when a parameter is not finite; Cancelled.
 */
export async function fitProbability(task: ProbabilityTask): Promise<ProbabilityFit> {
  const rows = withTargets(task.rows);
  const trained = await fitArm(task, rows, 'trained');
  const permuted = await fitArm(task, permuteTargets(rows, task.seed), 'permuted');
  return {
    trained: trained.model,
    permuted: permuted.model,
    choices: [...trained.choices, ...permuted.choices],
    days: trained.days,
    outOfFold: trained.outOfFold,
  };
}

async function fitArm(
  { select, validationStart, ...task }: ProbabilityTask,
  rows: TargetRows,
  arm: TargetArm,
): Promise<ChosenPrior & { readonly model: PriorModel }> {
  const chosen = await choosePrior({
    ...task,
    rows: firstTargets(rows, select),
    until: validationStart,
    arm,
  });
  return { ...chosen, model: await fitPriorModel({ ...task, rows, select, configs: chosen.configs }) };
}
