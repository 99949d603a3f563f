import type { AdaptedHead } from './adapt-head.js';
import { strengthOf } from './adaptations.js';
import { PROBABILITY_DIRECTIONS } from './probability-rows.js';
import { SCORE_DIRECTIONS } from './score-rows.js';
import type { WindowPart } from './window-batch.js';
import type { WindowOutcome } from './window-outcome.js';
import { baseRate, meanLogLoss } from './window-outcome.js';

/** A window's line in windows.jsonl. Figures that do not exist (no such rows) are null. */
export function teacherLine(outcome: WindowOutcome): Readonly<Record<string, unknown>> {
  const identity = { symbol: outcome.symbol, window: outcome.label };
  if (outcome.failure !== undefined) {
    const { error, message } = outcome.failure;
    return { ...identity, status: 'failed', error, message };
  }
  const { window, teacher } = outcome;
  const { probability, score } = teacher;
  const loss = (part: WindowPart, logits: Float64Array): number | null => meanLogLoss(window, part, logits);
  return {
    ...identity,
    status: 'succeeded',
    error: null,
    message: null,
    strength: strengthOf(probability.adaptation),
    shift: probability.coefficients[0] ?? 0,
    adaptation: {
      probability: adaptationOf(probability, PROBABILITY_DIRECTIONS),
      score: adaptationOf(score, SCORE_DIRECTIONS),
    },
    rows: {
      select: window.rows.select.length,
      validation: window.rows.validation.length,
      fit: window.rows.fit.length,
      forward: window.rows.forward.length,
    },
    baseRate: { select: baseRate(window, 'select'), fit: baseRate(window, 'fit') },
    logLoss: {
      fit: loss('fit', probability.fit),
      validation: loss('validation', probability.validation),
      priorValidation: loss('validation', teacher.priorValidation),
      forward: loss('forward', probability.forward),
    },
  };
}

/** How a head departs from its prior: the strength that was chosen, and a coefficient per direction. */
function adaptationOf(
  { adaptation, coefficients }: AdaptedHead,
  directions: readonly string[],
): Readonly<Record<string, unknown>> {
  return {
    strength: strengthOf(adaptation),
    coefficients: Object.fromEntries(directions.map((name, at) => [name, coefficients[at] ?? 0])),
  };
}
