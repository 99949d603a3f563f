import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import type { PartialCheck } from './check-figures.js';
import { deriveFiles } from './derived-files.js';
import { firstLineDifference } from './differences.js';

/**
 * Recreates texts and plots. Another program may word and draw them differently: those of its files that differ are
 * unchecked.
 */
export async function checkDerived(covered: BundleFiles, sameProgram: boolean): Promise<PartialCheck> {
  const derived = await deriveFiles(covered);
  const unchecked: string[] = [];
  for (const [file, content] of derived) {
    const found = covered.get(file);
    if (found === undefined)
      return { difference: { file, expected: 'a file of every bundle', found: 'no such file' }, unchecked };
    if (Buffer.from(found).equals(content)) continue;
    if (sameProgram)
      return {
        difference: firstLineDifference(
          file,
          Buffer.from(content).toString(),
          Buffer.from(found).toString(),
        ) ?? { file, expected: 'UTF-8', found: 'other bytes' },
        unchecked,
      };
    unchecked.push(`${file}: this version writes it differently`);
  }
  // A page without the figures that it is made from can be compared with nothing.
  if (covered.has(BUNDLE.coverageHtml) && !derived.has(BUNDLE.coverageHtml))
    return {
      difference: { file: BUNDLE.coverageHtml, expected: `no page without ${BUNDLE.coverage}`, found: 'one' },
      unchecked,
    };
  return { unchecked };
}
