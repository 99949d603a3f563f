import { decodePredictions } from '../../data/predictions/parquet.js';
import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import type { ChampionComparison } from '../../data/schemas/champion-comparison.js';
import { compareWithChampion } from '../figures/paired/compare-with-champion.js';
import type { ComparedBundle } from '../figures/paired/compare-with-champion.js';
import { decodeFile } from './bundle-content.js';
import { readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { readMarket } from './bundle-market.js';
import { readBundle } from './read-bundle.js';

/**
 * Compares two bundles that were verified, on the same rows; null where one cannot be read any more.
 *
 * @param candidate Its folder.
 * @throws GurukulError BadSchema naming the invalid file.
 */
export async function compareOnSameRows(
  candidate: string,
  champion: string,
): Promise<ChampionComparison | null> {
  const [own, other] = [await readBundle(candidate), await readBundle(champion)];
  if ('file' in own || 'file' in other) return null;
  return compareWithChampion(await comparedBundle(own.covered), await comparedBundle(other.covered));
}

async function comparedBundle(files: BundleFiles): Promise<ComparedBundle> {
  return {
    config: readJsonFile(files, BUNDLE.config, bundleConfigSchema),
    student: await decodeFile(files, BUNDLE.student, (content) => decodePredictions(content, 'student')),
    market: await readMarket(files),
  };
}
