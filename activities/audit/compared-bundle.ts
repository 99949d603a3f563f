import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import type { ChampionComparison } from '../../data/schemas/champion-comparison.js';
import { compareWithChampion } from '../figures/paired/compare-with-champion.js';
import type { ComparedBundle } from '../figures/paired/compare-with-champion.js';
import { readJsonFile, readPredictionSets } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';

/**
 * Compares two bundles of which the files were hashed, on the same rows.
 *
 * @param candidate Its covered files, as `readBundle` gives them.
 * @throws GurukulError BadSchema naming the invalid file.
 */
export async function compareBundles(
  candidate: BundleFiles,
  champion: BundleFiles,
): Promise<ChampionComparison> {
  return compareWithChampion(await comparedBundle(candidate), await comparedBundle(champion));
}

async function comparedBundle(files: BundleFiles): Promise<ComparedBundle> {
  const { student, market } = await readPredictionSets(files);
  return { config: readJsonFile(files, BUNDLE.config, bundleConfigSchema), student, market };
}
