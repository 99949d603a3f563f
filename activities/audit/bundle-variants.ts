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
