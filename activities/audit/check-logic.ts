import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import { logicDigest } from '../../data/logic/logic-digest.js';
import { logicSchema } from '../../data/schemas/logic.js';
import { readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import type { PartialCheck } from './check-figures.js';
import { firstValueDifference } from './differences.js';
import { logicChoices, logicOf } from './logic.js';

/**
 * Checks the algorithm that a bundle names: its digest, that label, entry and windows are those of the run's input, and
 * that features, constants and training code are those of the program. Of a bundle of another program with another
 * algorithm, these are only claimed. Bundles of earlier versions have none.
 */
export async function checkLogic(covered: BundleFiles, sameProgram: boolean): Promise<PartialCheck> {
  const file = BUNDLE.logic;
  if (!covered.has(file))
    return sameProgram
      ? { difference: { file, expected: 'a file of every bundle', found: 'no such file' }, unchecked: [] }
      : { unchecked: [`${file}: no such file`] };
  const logic = readJsonFile(covered, file, logicSchema);
  const config = readJsonFile(covered, BUNDLE.config, bundleConfigSchema);
  const { label, windows } = logicChoices(config);
  const { interval, windowDays } = logic.parts.training;
  const { parts } = await logicOf(config);
  const own = firstValueDifference(file, parts, logic.parts, 0, 'parts');
  const difference =
    firstValueDifference(file, logicDigest(logic.parts), logic.digest, 0, 'digest') ??
    firstValueDifference(
      file,
      { label, windows },
      { label: logic.parts.label, windows: { interval, windowDays } },
      0,
    ) ??
    (sameProgram ? own : undefined);
  if (difference !== undefined) return { difference, unchecked: [] };
  return {
    unchecked: own === undefined ? [] : [`${file}: features, constants and training code of another version`],
  };
}
