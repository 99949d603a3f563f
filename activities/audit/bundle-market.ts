import { decodeExposures } from '../../data/predictions/exposures.js';
import { decodeFactors } from '../../data/predictions/factors.js';
import { decodeOutcomes } from '../../data/predictions/outcomes.js';
import type { StressRows } from '../../data/predictions/stress-rows.js';
import { decodeStressRows } from '../../data/predictions/stress-rows.js';
import type { MarketRows } from '../figures/market-rows.js';
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

/** Market rows of a bundle, with the outcomes on the bars of the placebo. */
export type BundleMarket = Required<MarketRows>;

const stressOnce = once(decodeStressRows);
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

/** Predictions on shocked bars; undefined where no student was stressed. @throws GurukulError BadSchema */
export async function readStressRows(files: BundleFiles): Promise<StressRows | undefined> {
  return files.has(BUNDLE.stress) ? decodeFile(files, BUNDLE.stress, stressOnce) : undefined;
}
