import type { Choice } from '../choices/choice.js';
import type { RowSet } from '../rows/row-set.js';
import type { ArmRows, ChosenPrior } from './choose-prior.js';
import { choosePriors } from './choose-prior.js';
import { STANDARD } from './configs.js';
import { sessionsOf } from './decay.js';
import type { PriorModel, Steps } from './fit-prior.js';
import { fitPriorModel, priorDesigns } from './fit-prior.js';
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
 * where asked, the same with permuted targets, which share everything that does not depend on targets.
 *
 * @throws GurukulError Diverged when a parameter is not finite; Cancelled.
 */
export async function fitProbability({
  select,
  validationStart,
  onStep,
  permute,
  ...task
}: ProbabilityTask): Promise<ProbabilityFit> {
  const rows = withTargets(task.rows);
  const arms: ArmRows[] = [
    { arm: 'trained', rows },
    ...(permute ? [{ arm: 'permuted' as const, rows: permuteTargets(rows, task.seed) }] : []),
  ];
  const chosen = await choosePriors({
    ...task,
    arms: arms.map((own) => ({ ...own, rows: firstTargets(own.rows, select) })),
    sessions: sessionsOf(rows),
    until: validationStart,
    onStep: (step, steps) => onStep('choose', step, steps),
  });
  const designs = priorDesigns(rows, select);
  const models: PriorModel[] = [];
  for (const [place, own] of arms.entries())
    models.push(
      await fitPriorModel({
        ...task,
        rows: own.rows,
        select,
        configs: chosen[place]?.configs ?? STANDARD,
        designs,
        onStep: (step, steps) => onStep('fit', place * steps + step, arms.length * steps),
      }),
    );
  const [[trained, permuted], [first]] = [models, chosen];
  if (trained === undefined || first === undefined) throw new RangeError('nothing was fitted');
  return {
    trained,
    ...(permuted === undefined ? {} : { permuted }),
    choices: chosen.flatMap(({ choices }) => choices),
    days: first.days,
    outOfFold: first.outOfFold,
  };
}
