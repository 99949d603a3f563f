import type { ChoiceReturns } from '../../../data/predictions/choice-returns.js';
import type { ChoiceTable } from '../../../data/predictions/join-choice-returns.js';
import { choiceTables } from '../../../data/predictions/join-choice-returns.js';
import type { Examination, OverfittingFigure } from '../../../data/schemas/examination.js';
import { blockLength } from '../../stats/block-bootstrap.js';
import { overfitting } from '../../stats/overfitting.js';

/** Blocks of time, as in the paper; fewer where they would be shorter than those of the bootstrap. */
const MOST_BLOCKS = 16;
/** With fewer there are two splits, which are each other's mirror. */
const LEAST_BLOCKS = 4;

/**
 * Probability of overfitting of each choice, from the figures of its candidates by session. A candidate is judged by the
 * mean, as it is when a cohort chooses.
 *
 * @param returns Absent: of no choice.
 */
export function choiceOverfitting(returns: ChoiceReturns | undefined, horizon: number): Examination['pbo'] {
  return Object.fromEntries(
    choiceTables(returns === undefined ? [] : [returns]).map((table) => [
      table.choice,
      overfittingOf(table, horizon),
    ]),
  );
}

function overfittingOf({ dates, candidates, figures }: ChoiceTable, horizon: number): OverfittingFigure {
  const unknown = { splits: 0, configs: candidates, days: dates.length, pbo: null };
  if (candidates < 2) return { ...unknown, reason: 'it has one candidate' };
  const least = blockLength(horizon);
  const blocks = Math.min(MOST_BLOCKS, 2 * Math.floor(dates.length / least / 2));
  if (blocks < LEAST_BLOCKS)
    return { ...unknown, reason: `fewer than ${LEAST_BLOCKS * least} days to divide` };
  const found = overfitting(figures, candidates, blocks, 'mean');
  if (found === null) return { ...unknown, reason: 'too few days on which the candidates have figures' };
  return {
    splits: found.logits.length,
    configs: found.candidates,
    days: found.periods,
    pbo: found.probability,
    reason: null,
  };
}
