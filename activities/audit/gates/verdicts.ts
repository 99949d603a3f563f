import type { EffectTest } from '../../../data/schemas/effect-tests.js';
import type { GateVerdict } from '../../../data/schemas/gates.js';
import { DETECTABLE_ERRORS } from '../../figures/ranking/daily-series.js';

/** The worst of some verdicts: a failure outweighs a lack of data, and nothing outweighs either. None: not enough data. */
export function worst(verdicts: readonly GateVerdict[]): GateVerdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.length === 0 || verdicts.includes('not enough data') ? 'not enough data' : 'pass';
}

/** Whether an effect of this size would not have been found with the customary power. @param materiality Null: none is too small. */
export function isBlind(standardError: number, materiality: number | null): boolean {
  return materiality !== null && DETECTABLE_ERRORS * standardError > materiality;
}

/**
 * Whether an effect is significantly above zero. If not, it fails where an effect that matters would have been seen,
 * and where it is significantly below zero; else there is not enough data.
 */
export function isAbove(
  { estimate, standardError, low, high, pValue }: EffectTest,
  limit: number,
  materiality: number | null,
): GateVerdict {
  if (estimate === null || standardError === null || low === null || high === null || pValue === null)
    return 'not enough data';
  if (pValue <= limit && low > 0) return 'pass';
  return high >= 0 && isBlind(standardError, materiality) ? 'not enough data' : 'fail';
}

/**
 * Whether an effect is not below zero. It fails where it is below by more than some of its standard errors. Where it is
 * below by less, that is no difference if one that matters would have been seen; else there is not enough data.
 */
export function isNotBelow(
  { estimate, standardError }: Pick<EffectTest, 'estimate' | 'standardError'>,
  errors: number,
  materiality: number | null,
): GateVerdict {
  if (estimate === null || standardError === null) return 'not enough data';
  if (estimate >= 0) return 'pass';
  if (-estimate > errors * standardError) return 'fail';
  return isBlind(standardError, materiality) ? 'not enough data' : 'pass';
}

/** Whether a figure keeps to a limit; unknown figures are not enough data. */
export function keeps<Figure>(figure: Figure | null, holds: (figure: Figure) => boolean): GateVerdict {
  if (figure === null) return 'not enough data';
  return holds(figure) ? 'pass' : 'fail';
}
