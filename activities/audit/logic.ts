import type { BundleConfig } from '../../data/schemas/bundle.js';
import type { Logic, LogicParts } from '../../data/schemas/logic.js';
import { logicDigest } from '../../data/logic/logic-digest.js';
import { logicChoicesSchema } from '../../data/schemas/logic.js';
import { trainedLogicDigest } from '../../data/store/code-version.js';
import { FEATURE_FORMULAS } from '../market/features/feature-formulas.js';
import { FACTORS, RANK_FEATURES, STATE_FIGURES } from '../market/ranking/rank-features.js';
import { STATED_CONSTANTS } from '../model/stated-constants.js';

/** The algorithm of this program with a run's label, entry and windows. */
export async function logicOf(config: BundleConfig): Promise<Logic> {
  const { label, windows } = logicChoices(config);
  const parts: LogicParts = {
    features: {
      probability: FEATURE_FORMULAS.map(({ name, formula, bars }) => ({ name, formula, bars })),
      score: RANK_FEATURES.map(({ name, formula, lookback }) => ({ name, formula, bars: lookback + 1 })),
      state: STATE_FIGURES.map(({ name, formula }) => ({ name, formula })),
      factors: FACTORS.map(({ name, formula }) => ({ name, formula })),
    },
    label,
    training: {
      code: await trainedLogicDigest(),
      ...windows,
      constants: Object.fromEntries(STATED_CONSTANTS.map(({ name, value }) => [name, value])),
    },
  };
  return { format: 'gurukul-logic/1', digest: logicDigest(parts), parts };
}

/** What of a run's input belongs to its algorithm. */
export function logicChoices(config: BundleConfig): Pick<LogicParts, 'label'> & {
  readonly windows: Pick<LogicParts['training'], 'interval' | 'windowDays'>;
} {
  return logicChoicesSchema.parse({ label: config, windows: config });
}
