import type { Predictions } from '../../data/predictions/prediction.js';
import type { VariantRows } from '../../data/predictions/student-variants.js';
import { decodeVariants } from '../../data/predictions/student-variants.js';
import { decodeFile, once } from './bundle-content.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';

const decodeOnce = once(decodeVariants);

/** The students that were compared; undefined in bundles of earlier versions. */
export async function readVariants(files: BundleFiles): Promise<VariantRows | undefined> {
  return files.has(BUNDLE.variants) ? decodeFile(files, BUNDLE.variants, decodeOnce) : undefined;
}

/** The variants if they have a row for each of the students' forward rows: of others there are no figures. */
export function fittingVariants(
  variants: VariantRows | undefined,
  { split }: Pick<Predictions, 'split'>,
): VariantRows | undefined {
  const forward = split.filter((part) => part === 'forward').length;
  return variants?.plain.score.length === forward ? variants : undefined;
}
