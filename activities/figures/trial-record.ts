import type { RunRecord } from '../../data/schemas/bundle.js';
import type { StatTests } from '../../data/schemas/metrics.js';
import { deflateBy } from './stat-tests.js';

/**
 * The trials in run.json: the run's Sharpe ratios, deflated by the number of configurations tried in its home.
 *
 * @param run Number of configurations that the run itself compares.
 * @param home Number of distinct configurations in the home's ledger; at least the run's own are counted, even if
 * the ledger is lost.
 */
export function trialRecord(
  { netSharpe, activeSharpe }: Pick<StatTests, 'netSharpe' | 'activeSharpe'>,
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
