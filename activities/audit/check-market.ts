import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import type { OutcomeRows } from '../../data/predictions/outcomes.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { RowKeys } from '../../data/predictions/row-keys.js';
import { keysOf } from '../../data/predictions/row-keys.js';
import type { BundleConfig } from '../../data/schemas/bundle.js';
import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import { entryChoice } from '../../data/schemas/label-rule.js';
import { findRowOf } from '../figures/market-rows.js';
import { readJsonFile, readPredictionSets } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { MARKET_FILES, readMarket } from './bundle-market.js';
import type { PartialCheck } from './check-figures.js';
import type { Difference } from './differences.js';

/** Tolerance of a label's return when another program made the bundle. */
const TOLERANCE = 1e-9;

/**
 * Compares outcomes, exposures and factors with the predictions: each has one row for every symbol and date that was
 * predicted, and none else; entries are where the run's are; and a label without barriers has the return of its
 * horizon. Bundles of earlier versions have no such files.
 */
export async function checkMarket(files: BundleFiles, sameProgram: boolean): Promise<PartialCheck> {
  const failed = (difference: Difference): PartialCheck => ({ difference, unchecked: [] });
  const { teacher, placebo, student, permuted } = await readPredictionSets(files);
  for (const [file, name, { model }] of [
    [BUNDLE.predictions, 'teacher', teacher],
    [BUNDLE.placebo, 'placebo', placebo],
    [BUNDLE.student, 'student', student],
  ] as const) {
    const other = model.find((found) => found !== name);
    if (other !== undefined) return failed({ file, expected: `rows of the ${name}`, found: other });
  }
  const market = await readMarket(files);
  if (market === undefined) {
    const [file] = MARKET_FILES;
    return sameProgram
      ? failed({ file, expected: 'a file of every bundle', found: 'no such file' })
      : { unchecked: MARKET_FILES.map((name) => `${name}: not in the bundle`) };
  }
  const config = readJsonFile(files, BUNDLE.config, bundleConfigSchema);
  const real = [teacher, student, ...(permuted === undefined ? [] : [permuted])];
  const keys = keysOf([...real, placebo]);
  const tolerance = sameProgram ? 0 : TOLERANCE;
  const difference =
    firstOtherKey(BUNDLE.outcomes, keys, market.outcomes) ??
    firstOtherKey(BUNDLE.exposures, keys, market.exposures) ??
    firstOtherKey(BUNDLE.factors, keys, market.factors) ??
    firstOtherKey(BUNDLE.placeboOutcomes, keysOf([placebo]), market.placebo) ??
    firstOtherEntry(BUNDLE.outcomes, market.outcomes, config) ??
    firstOtherEntry(BUNDLE.placeboOutcomes, market.placebo, config) ??
    firstOtherReturn(BUNDLE.outcomes, market.outcomes, real, config, tolerance) ??
    firstOtherReturn(BUNDLE.placeboOutcomes, market.placebo, [placebo], config, tolerance);
  return difference === undefined ? { unchecked: [] } : failed(difference);
}

/** Both are sorted by date and symbol, each once. */
function firstOtherKey(file: string, expected: RowKeys, found: RowKeys): Difference | undefined {
  const rows = Math.max(expected.symbol.length, found.symbol.length);
  for (let row = 0; row < rows; row += 1) {
    if (expected.symbol[row] === found.symbol[row] && expected.date[row] === found.date[row]) continue;
    return {
      file,
      expected: `row ${row + 1} to be of ${keyText(expected, row)}`,
      found: keyText(found, row),
    };
  }
  return undefined;
}

function keyText({ symbol, date }: RowKeys, row: number): string {
  return row < symbol.length ? `${symbol[row] ?? ''} on ${date[row] ?? ''}` : 'no row';
}

function firstOtherEntry(
  file: string,
  rows: OutcomeRows,
  config: Pick<BundleConfig, 'entry'>,
): Difference | undefined {
  const atClose = entryChoice(config) === 'close';
  const row = rows.entryDate.findIndex((entry, at) => (entry === rows.date[at]) !== atClose);
  return row === -1
    ? undefined
    : {
        file,
        expected: `${keyText(rows, row)} to be entered at ${atClose ? 'its own bar' : 'a later bar'}`,
        found: rows.entryDate[row] ?? '',
      };
}

/** Labels without barriers of a horizon that outcomes have must have its return. */
function firstOtherReturn(
  file: string,
  rows: OutcomeRows,
  sets: readonly Predictions[],
  { label, horizon }: Pick<BundleConfig, 'label' | 'horizon'>,
  tolerance: number,
): Difference | undefined {
  const column = rows.returns[OUTCOME_HORIZONS.findIndex((bars) => bars === horizon)];
  if (label !== 'horizon' || column === undefined) return undefined;
  const find = findRowOf(rows);
  for (const predictions of sets)
    for (const [row, expected] of predictions.forwardReturn.entries()) {
      const found = column[find(predictions.symbol[row] ?? '', predictions.date[row] ?? '') ?? -1] ?? NaN;
      if (!(Math.abs(expected - found) <= tolerance))
        return {
          file,
          expected: `${keyText(predictions, row)} to have return_${horizon} ${expected}, its forward_return`,
          found: `${found}`,
        };
    }
  return undefined;
}
