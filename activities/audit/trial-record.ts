import type { RunRecord } from '../../data/schemas/bundle.js';
import type { StatTests } from '../../data/schemas/metrics.js';
import { deflateBy } from '../validate/stat-tests.js';

/**
 * What run.json says of trials: the run's Sharpe ratios, deflated by all that its home has tried.
 *
 * @param run Configurations that the run itself compares.
 * @param home Distinct configurations in the home's ledger; a ledger that was lost counts the run's own.
 */
export function trialRecord(
  { netSharpe, activeSharpe }: StatTests,
  run: number,
  home: number,
): RunRecord['trials'] {
  const counted = Math.max(run, home);
  return {
    run,
    home: counted,
    netSharpe: deflateBy(netSharpe, counted),
    activeSharpe: deflateBy(activeSharpe, counted),
  };
}
