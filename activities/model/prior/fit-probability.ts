import type { Choice } from '../choices/choice.js';
import type { RowSet } from '../rows/row-set.js';
import type { ChosenPrior } from './choose-prior.js';
import { choosePrior } from './choose-prior.js';
import { sessionsOf } from './decay.js';
import type { PriorModel, Steps } from './fit-prior.js';
import { fitPriorModel } from './fit-prior.js';
import type { TargetArm, TargetRows } from './target-rows.js';
import { firstTargets, permuteTargets, withTargets } from './target-rows.js';

export interface ProbabilityTask extends Omit<Steps, 'onStep'> {
  readonly onStep: (phase: 'choose' | 'fit', step: number, steps: number) => void;
  /** Rows with labels resolved before the forward part; those resolved before the validation part come first. */
  readonly rows: RowSet;
  /** Number of rows resolved before the validation part. */
  readonly select: number;
  /** Start of the cohort's validation part, exchange minutes. */
  readonly validationStart: number;
  /** Key of the random streams. */
  readonly seed: readonly (string | number)[];
  /** Whether to fit permuted targets, too. */
  readonly permute: boolean;
}

/** The probability head of a cohort. */
export interface ProbabilityFit extends Pick<ChosenPrior, 'days' | 'outOfFold'> {
  readonly trained: PriorModel;
  /** Fitted to targets permuted among the symbols of a time, choices included: what is left without their signal. */
  readonly permuted?: PriorModel;
  /** Of both. */
  readonly choices: readonly Choice[];
}

/**
 * Chooses the configurations of a cohort's prior on its past before the validation part, then fits it with them; and,
 * where asked, the same once more with permuted targets.
 *
 * @throws GurukulError Diverged when a parameter is not finite; Cancelled.
 */
export async function fitProbability(task: ProbabilityTask): Promise<ProbabilityFit> {
  const rows = withTargets(task.rows);
  const trained = await fitArm(task, rows, 'trained');
  const { days, outOfFold } = trained;
  if (!task.permute) return { trained: trained.model, choices: trained.choices, days, outOfFold };
  const permuted = await fitArm(task, permuteTargets(rows, task.seed), 'permuted');
  const choices = [...trained.choices, ...permuted.choices];
  return { trained: trained.model, permuted: permuted.model, choices, days, outOfFold };
}

async function fitArm(
  { select, validationStart, onStep, ...task }: ProbabilityTask,
  rows: TargetRows,
  arm: TargetArm,
): Promise<ChosenPrior & { readonly model: PriorModel }> {
  const early = firstTargets(rows, select);
  const sessions = sessionsOf(rows);
  const chosen = await choosePrior({
    ...task,
    rows: early,
    sessions,
    until: validationStart,
    arm,
    onStep: (step, steps) => onStep('choose', step, steps),
  });
  const model = await fitPriorModel({
    ...task,
    rows,
    select,
    configs: chosen.configs,
    onStep: (step, steps) => onStep('fit', step, steps),
  });
  return { ...chosen, model };
}
