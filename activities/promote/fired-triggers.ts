import type { FiredTrigger } from '../../data/schemas/champion-review.js';
import type { Triggers } from '../../data/schemas/release-policy.js';
import { fixed } from '../texts/format-numbers.js';
import type { ChampionFigures } from './champion-figures.js';

/**
 * The triggers that fire. One without a limit, or whose figure is not known, does not.
 *
 * @param ageDays Days since the decision that made it champion.
 */
export function firedTriggers(
  triggers: Triggers,
  ageDays: number,
  { psi, ece, neutralIc }: ChampionFigures,
): FiredTrigger[] {
  const fired: FiredTrigger[] = [];
  const { maxAgeDays, drift, calibration, icIntervalBelowZero } = triggers;
  if (maxAgeDays !== null && ageDays > maxAgeDays)
    fired.push({
      trigger: 'age',
      because: `champion for ${Math.floor(ageDays)} days, more than ${maxAgeDays}`,
    });
  if (drift !== null && psi !== null && psi.max > drift)
    fired.push({
      trigger: 'drift',
      because: `population stability index ${fixed(psi.max, 3)} of ${psi.feature}, above ${drift}`,
    });
  if (calibration !== null && ece !== null && ece > calibration)
    fired.push({
      trigger: 'calibration',
      because: `expected calibration error ${fixed(ece, 4)}, above ${calibration}`,
    });
  const high = neutralIc?.high ?? null;
  if (icIntervalBelowZero && high !== null && high < 0)
    fired.push({
      trigger: 'neutral rank IC',
      because: `its confidence interval lies below zero: ${fixed(neutralIc?.low ?? null, 4)} to ${fixed(high, 4)}`,
    });
  return fired;
}
