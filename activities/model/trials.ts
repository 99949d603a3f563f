import { HOLDING_BARS } from '../../data/schemas/holding-bars.js';
import { entryChoice, lowerBarrierOf } from '../../data/schemas/label-rule.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { TrialConfiguration, TrialScope } from '../../data/telemetry/trial-ledger.js';
import { SCALE_GRID, SHIFT_GRID, WEIGHTS_GRID, configAsJson } from './prior/configs.js';
import { RANK_GRID, TREE_SHARES, configOf } from './ranking/rank-grid.js';
import { PROBABILITY_GRID, REWARD_KINDS, SCORE_GRID, candidateAsJson } from './student/student-grid.js';
import { ADAPTATIONS, strengthOf } from './teachers/adaptations.js';
import { trainingConfig } from '../../data/schemas/training-config.js';

/*
 * Trials are counted twice, for two purposes.
 *
 * The number of configurations that one run compares follows from its input and its program alone. It
 * deflates the Sharpe ratio inside the bundle, whose digest must be the same in every home.
 *
 * The number that a home has tried on the same bars and labels, over all its runs, is what a promising figure
 * should really be deflated by. It depends on history, not on input: the ledger counts it, and the audit
 * writes it, with the Sharpe ratio deflated by it, to run.json, which is signed but not part of the digest.
 */

/** Every candidate that a run compares, by the grid that it is from: each is a configuration of its own. */
const COMPARED: readonly TrialConfiguration[] = [
  ...SCALE_GRID.map((config) => ({ grid: 'scale', ...configAsJson(config) })),
  ...WEIGHTS_GRID.map((config) => ({ grid: 'calibration', ...configAsJson(config) })),
  ...SHIFT_GRID.map((config) => ({ grid: 'shifts', ...configAsJson(config) })),
  ...RANK_GRID.map((candidate) => ({ grid: 'rank', ...configOf(candidate) })),
  ...TREE_SHARES.map((trees) => ({ grid: 'trees', trees })),
  ...PROBABILITY_GRID.map((candidate) => ({ grid: 'student probability', ...candidateAsJson(candidate) })),
  ...SCORE_GRID.map((candidate) => ({ grid: 'student score', ...candidateAsJson(candidate) })),
  ...REWARD_KINDS.map((reward) => ({ grid: 'student rewards', reward })),
  ...HOLDING_BARS.map((bars) => ({ grid: 'holding period', bars })),
  ...Object.entries(ADAPTATIONS).flatMap(([head, candidates]) =>
    candidates.map((adaptation) => ({
      grid: `window ${head}`,
      directions: Number.isFinite(adaptation.directions) ? adaptation.directions : 'all',
      strength: strengthOf(adaptation),
    })),
  ),
];

/** Number of configurations that a run compares: the same for every run of one program. */
export const RUN_TRIALS = COMPARED.length;

/** The same by grid. */
export const TRIALS_BY_GRID: Readonly<Record<string, number>> = byGrid();

function byGrid(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { grid } of COMPARED) counts[String(grid)] = (counts[String(grid)] ?? 0) + 1;
  return counts;
}

/**
 * The configurations that a run tries, for the ledger. Another seed or another program counts as another
 * configuration: picking the best of them is selection, too.
 *
 * @param code The program's digest.
 */
export function trialsOfRun(config: RunConfig, code: string): TrialConfiguration[] {
  const { from, to, windowDays, seed } = trainingConfig(config);
  return COMPARED.map((compared) => ({ from, to, windowDays, seed, code, ...compared }));
}

/** Identifies the trials that are counted together with those of a run. @param bars Digest of its bars. */
export function trialScope(
  config: Pick<RunConfig, 'interval' | 'label' | 'horizon' | 'threshold' | 'lowerBarrier' | 'entry'>,
  bars: string,
): TrialScope {
  const { interval, horizon, threshold } = config;
  const lowerBarrier = lowerBarrierOf(config);
  return {
    ...{ bars, interval, horizon, threshold },
    ...(lowerBarrier === undefined ? {} : { lowerBarrier }),
    entry: entryChoice(config),
  };
}
