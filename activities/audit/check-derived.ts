import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import type { PartialCheck } from './check-figures.js';
import { hasKnownFigures } from './check-figures.js';
import { coveragePage, deriveFiles } from './derived-files.js';
import { firstLineDifference } from './differences.js';

interface DerivedCheck extends PartialCheck {
  /** Files that are the same when recreated. */
  readonly same: number;
}

/**
 * Recreates texts and plots. Another program may word and draw them differently: those of its files that differ are
 * unchecked.
 */
export async function checkDerived(covered: BundleFiles, sameProgram: boolean): Promise<DerivedCheck> {
  if (!sameProgram && !hasKnownFigures(covered)) return checkOtherVersion(covered);
  const derived = await deriveFiles(covered);
  const unchecked: string[] = [];
  let same = 0;
  for (const [file, content] of derived) {
    const found = covered.get(file);
    if (found === undefined)
      return {
        difference: { file, expected: 'a file of every bundle', found: 'no such file' },
        unchecked,
        same,
      };
    if (Buffer.from(found).equals(content)) {
      same += 1;
      continue;
    }
    if (sameProgram)
      return {
        difference: firstLineDifference(
          file,
          Buffer.from(content).toString(),
          Buffer.from(found).toString(),
        ) ?? { file, expected: 'UTF-8', found: 'other bytes' },
        unchecked,
        same,
      };
    unchecked.push(`${file}: this version writes it differently`);
  }
  // What is made from a file that is not there can be compared with nothing.
  const alone = DEPENDENT.find(([file]) => covered.has(file) && !derived.has(file));
  if (alone !== undefined) {
    const [file, source] = alone;
    return { difference: { file, expected: `no page without ${source}`, found: 'one' }, unchecked, same };
  }
  return { unchecked, same };
}

/**
 * Texts and plots of figures that this version does not have cannot be recreated: they must be there. The page of the
 * coverage is compared as ever.
 */
function checkOtherVersion(covered: BundleFiles): DerivedCheck {
  const failed = (file: string): DerivedCheck => ({
    difference: { file, expected: 'a file of every bundle', found: 'no such file' },
    unchecked: [],
    same: 0,
  });
  const missing = TEXTS.find((file) => !covered.has(file));
  if (missing !== undefined) return failed(missing);
  const page = covered.get(BUNDLE.coverageHtml);
  const [derived] = coveragePage(covered);
  if (derived !== undefined && page === undefined) return failed(BUNDLE.coverageHtml);
  const same = derived !== undefined && page !== undefined && Buffer.from(page).equals(derived[1]);
  const other = [...covered.keys()].filter(
    (file) =>
      REPORT.includes(file) || file.startsWith(`${BUNDLE.plots}/`) || (file === BUNDLE.coverageHtml && !same),
  );
  return {
    unchecked: [...TEXTS, ...other].map((file) => `${file}: this version writes it differently`),
    same: same ? 1 : 0,
  };
}

const REPORT: readonly string[] = [BUNDLE.researchText, BUNDLE.researchHtml];

/** Files that not every version writes, each with the one that it is made from. */
const DEPENDENT = [
  [BUNDLE.coverageHtml, BUNDLE.coverage],
  [BUNDLE.researchText, BUNDLE.logic],
  [BUNDLE.researchHtml, BUNDLE.logic],
] as const;

const TEXTS = [
  BUNDLE.summary,
  BUNDLE.modelCard,
  BUNDLE.briefingText,
  BUNDLE.briefingJson,
  BUNDLE.briefingHtml,
] as const;
