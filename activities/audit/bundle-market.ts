import type { ExposureRows } from '../../data/predictions/exposures.js';
import { decodeExposures } from '../../data/predictions/exposures.js';
import type { FactorRows } from '../../data/predictions/factors.js';
import { decodeFactors } from '../../data/predictions/factors.js';
import type { OutcomeRows } from '../../data/predictions/outcomes.js';
import { decodeOutcomes } from '../../data/predictions/outcomes.js';
import { decodeFile, once } from './bundle-content.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';

/** Files with what came after the predicted rows, and what they are compared by. */
export const MARKET_FILES = [
  BUNDLE.outcomes,
  BUNDLE.placeboOutcomes,
  BUNDLE.exposures,
  BUNDLE.factors,
] as const;

/** What figures need of the market, by symbol and date of the predictions. */
export interface BundleMarket {
  readonly outcomes: OutcomeRows;
  readonly exposures: ExposureRows;
  readonly factors: FactorRows;
  /** Outcomes on the bars of the placebo. */
  readonly placebo: OutcomeRows;
}

const outcomesOnce = once(decodeOutcomes);
const exposuresOnce = once(decodeExposures);
const factorsOnce = once(decodeFactors);

/** Reads the market's files; undefined in bundles of earlier versions, which have none. @throws GurukulError BadSchema */
export async function readMarket(files: BundleFiles): Promise<BundleMarket | undefined> {
  if (!MARKET_FILES.some((file) => files.has(file))) return undefined;
  return {
    outcomes: await decodeFile(files, BUNDLE.outcomes, outcomesOnce),
    exposures: await decodeFile(files, BUNDLE.exposures, exposuresOnce),
    factors: await decodeFile(files, BUNDLE.factors, factorsOnce),
    placebo: await decodeFile(files, BUNDLE.placeboOutcomes, outcomesOnce),
  };
}
