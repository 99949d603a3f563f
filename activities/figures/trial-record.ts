import type { RunRecord } from '../../data/schemas/bundle.js';
import type { SharpeTests } from '../../data/schemas/metrics.js';
import { deflateBy } from './sharpe-test.js';

/**
 * The trials in run.json: the run's Sharpe ratios, deflated by the number of configurations tried in its home. Those of
 * the students, which are the models that are used, stand beside those of their teachers.
 *
 * @param tests Of a bundle of any version: earlier ones have no Sharpe ratios of students, so none are deflated.
 * @param run Number of configurations that the run itself compares.
 * @param home Number of distinct configurations in the home's ledger; at least the run's own are counted, even if
 * the ledger is lost.
 */
export function trialRecord(
  { netSharpe, activeSharpe, studentNetSharpe, studentActiveSharpe }: SharpeTests,
  run: number,
  home: number,
): RunRecord['trials'] {
  const counted = Math.max(run, home);
  return {
    run,
    home: counted,
    netSharpe: deflateBy(netSharpe, counted),
    activeSharpe: deflateBy(activeSharpe, counted),
    ...(studentNetSharpe === undefined ? {} : { studentNetSharpe: deflateBy(studentNetSharpe, counted) }),
    ...(studentActiveSharpe === undefined
      ? {}
      : { studentActiveSharpe: deflateBy(studentActiveSharpe, counted) }),
  };
}
