import { lowerBarrierOf } from '../../data/schemas/label-rule.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { TrialConfiguration, TrialScope } from '../../data/telemetry/trial-ledger.js';
import { WINDOW_SHRINKAGES } from './settings.js';
import { trainingConfig } from '../../data/schemas/training-config.js';

/*
 * Two counts of trials, for two purposes.
 *
 * What a run compares among itself is known from its input and its program alone. That count deflates the
 * Sharpe ratio in the bundle, whose digest must be the same for the same input on every home, whatever was
 * run there before.
 *
 * What a home has tried on the same bars and labels, over all its runs, is what a promising figure must
 * really be deflated by, but it is history and not input. The ledger counts it; the audit writes it, with
 * the Sharpe ratio deflated by it, into run.json, which is signed but outside the digest.
 */

/** The strengths of adaptation among which every run chooses; 0 is none. */
const COMPARED = WINDOW_SHRINKAGES.map((shrinkage) => 1 / shrinkage);

/** How many configurations a run compares: the same for every run of one program. */
export const RUN_TRIALS = COMPARED.length;

/**
 * The configurations that a run tries, for the ledger. Another seed and another program are other
 * configurations: picking the luckiest of them is choosing, too.
 *
 * @param code The program's digest.
 */
export function trialsOfRun(config: RunConfig, code: string): TrialConfiguration[] {
  const { from, to, windowDays, seed } = trainingConfig(config);
  return COMPARED.map((strength) => ({ from, to, windowDays, seed, code, strength }));
}

/** Which trials compete with those of a run. @param bars Digest of its bars. */
export function trialScope(
  config: Pick<RunConfig, 'interval' | 'label' | 'horizon' | 'threshold' | 'lowerBarrier'>,
  bars: string,
): TrialScope {
  const { interval, horizon, threshold } = config;
  const lowerBarrier = lowerBarrierOf(config);
  return { bars, interval, horizon, threshold, ...(lowerBarrier === undefined ? {} : { lowerBarrier }) };
}
