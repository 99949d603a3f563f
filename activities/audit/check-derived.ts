import type { PredictedFacts } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import type { PartialCheck } from './check-figures.js';
import { hasKnownFigures } from './check-figures.js';
import { coveragePages, deriveFiles } from './derived-files.js';
import { firstLineDifference } from './differences.js';

interface DerivedCheck extends PartialCheck {
  /** Files that are the same when recreated. */
  readonly same: number;
}

/**
 * Recreates texts and plots. Another program may word and draw them differently: those of its files that differ are
 * unchecked.
 *
 * @param predicted Reads what they say of the predictions.
 */
export async function checkDerived(
  covered: BundleFiles,
  sameProgram: boolean,
  predicted: () => Promise<PredictedFacts>,
): Promise<DerivedCheck> {
  if (!sameProgram && !hasKnownFigures(covered)) return checkOtherVersion(covered);
  const derived = await deriveFiles(covered, await predicted());
  const unchecked: string[] = [];
  let same = 0;
  for (const [file, content] of derived) {
    const found = covered.get(file);
    // Earlier versions wrote no table.
    if (found === undefined && file === BUNDLE.coverageTable && !sameProgram) continue;
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
 * Texts and plots of figures that this version does not have cannot be recreated: they must be there. The page and the
 * table of the coverage are compared as ever.
 */
function checkOtherVersion(covered: BundleFiles): DerivedCheck {
  const failed = (file: string): DerivedCheck => ({
    difference: { file, expected: 'a file of every bundle', found: 'no such file' },
    unchecked: [],
    same: 0,
  });
  const missing = TEXTS.find((file) => !covered.has(file));
  if (missing !== undefined) return failed(missing);
  const derived = new Map(coveragePages(covered));
  if (derived.size > 0 && !covered.has(BUNDLE.coverageHtml)) return failed(BUNDLE.coverageHtml);
  const same = (file: string): boolean => {
    const [found, made] = [covered.get(file), derived.get(file)];
    return found !== undefined && made !== undefined && Buffer.from(found).equals(made);
  };
  const other = [...covered.keys()].filter(
    (file) =>
      REPORT.includes(file) ||
      file.startsWith(`${BUNDLE.plots}/`) ||
      (COVERAGE.includes(file) && !same(file)),
  );
  return {
    unchecked: [...TEXTS, ...other].map((file) => `${file}: this version writes it differently`),
    same: COVERAGE.filter(same).length,
  };
}

const REPORT: readonly string[] = [BUNDLE.researchText, BUNDLE.researchHtml];
const COVERAGE: readonly string[] = [BUNDLE.coverageHtml, BUNDLE.coverageTable];

/** Files that not every version writes, each with the one that it is made from. */
const DEPENDENT = [
  [BUNDLE.coverageHtml, BUNDLE.coverage],
  [BUNDLE.coverageTable, BUNDLE.coverage],
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
