import type { ChoiceReturns } from '../../data/predictions/choice-returns.js';
import { decodeChoiceReturns } from '../../data/predictions/choice-returns.js';
import { decodeFile, once } from './bundle-content.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';

const decodeOnce = once(decodeChoiceReturns);

/** Figures by date of what the cohorts chose from; undefined where the bundle has none. @throws GurukulError BadSchema */
export async function readChoiceReturns(files: BundleFiles): Promise<ChoiceReturns | undefined> {
  return files.has(BUNDLE.choiceReturns) ? decodeFile(files, BUNDLE.choiceReturns, decodeOnce) : undefined;
}
