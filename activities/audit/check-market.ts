import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import type { OutcomeRows } from '../../data/predictions/outcomes.js';
import { takeRows } from '../../data/predictions/parquet.js';
import type { Model, Predictions } from '../../data/predictions/prediction.js';
import type { RowKeys } from '../../data/predictions/row-keys.js';
import { keysOf } from '../../data/predictions/row-keys.js';
import type { BundleConfig } from '../../data/schemas/bundle.js';
import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import { entryChoice } from '../../data/schemas/label-rule.js';
import { readJsonFile, readPredictionSets } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { MARKET_FILES, readMarket } from './bundle-market.js';
import type { PartialCheck } from './check-figures.js';
import type { Difference } from './differences.js';

/** Tolerance of a label's return when another program made the bundle. */
const TOLERANCE = 1e-9;

/** Models whose rows each file of predictions may hold. */
const MODELS = {
  [BUNDLE.predictions]: ['teacher'],
  [BUNDLE.placebo]: ['placebo', 'permuted'],
  [BUNDLE.student]: ['student'],
} as const satisfies Readonly<Record<string, readonly Model[]>>;

/**
 * Compares outcomes, exposures and factors with the predictions: each has one row for every symbol and date that was
 * predicted, and none else; entries are where the run's are; and a label without barriers has the return of its
 * horizon. Bundles of earlier versions have no such files.
 */
export async function checkMarket(files: BundleFiles, sameProgram: boolean): Promise<PartialCheck> {
  const failed = (difference: Difference): PartialCheck => ({ difference, unchecked: [] });
  const { teacher, placebo, student } = await readPredictionSets(files);
  const sets = [
    [BUNDLE.predictions, teacher],
    [BUNDLE.placebo, placebo],
    [BUNDLE.student, student],
  ] as const;
  for (const [file, { model }] of sets) {
    const allowed: readonly Model[] = MODELS[file];
    const row = model.findIndex((name) => !allowed.includes(name));
    if (row !== -1)
      return failed({ file, expected: `rows of ${allowed.join(' or ')}`, found: model[row] ?? '' });
  }
  const market = await readMarket(files);
  if (market === undefined) {
    const [file] = MARKET_FILES;
    return sameProgram
      ? failed({ file, expected: 'a file of every bundle', found: 'no such file' })
      : { unchecked: MARKET_FILES.map((name) => `${name}: not in the bundle`) };
  }
  const config = readJsonFile(files, BUNDLE.config, bundleConfigSchema);
  const drawn = placeboRows(placebo);
  const keys = keysOf([teacher, placebo, student]);
  const tolerance = sameProgram ? 0 : TOLERANCE;
  const difference =
    firstOtherKey(BUNDLE.outcomes, keys, market.outcomes) ??
    firstOtherKey(BUNDLE.exposures, keys, market.exposures) ??
    firstOtherKey(BUNDLE.factors, keys, market.factors) ??
    firstOtherKey(BUNDLE.placeboOutcomes, keysOf([drawn]), market.placebo) ??
    firstOtherEntry(BUNDLE.outcomes, market.outcomes, config) ??
    firstOtherEntry(BUNDLE.placeboOutcomes, market.placebo, config) ??
    firstOtherReturn(BUNDLE.outcomes, market.outcomes, teacher, config, tolerance) ??
    firstOtherReturn(BUNDLE.outcomes, market.outcomes, student, config, tolerance) ??
    firstOtherReturn(BUNDLE.placeboOutcomes, market.placebo, drawn, config, tolerance);
  return difference === undefined ? { unchecked: [] } : failed(difference);
}

/** The rows on the placebo's bars; permuted ones are of the real bars. */
function placeboRows(predictions: Predictions): Predictions {
  const rows = [...predictions.model.keys()].filter((row) => predictions.model[row] === 'placebo');
  return takeRows(predictions, rows);
}

/** Both are sorted by date and symbol, each once. */
function firstOtherKey(file: string, expected: RowKeys, found: RowKeys): Difference | undefined {
  const rows = Math.max(expected.symbol.length, found.symbol.length);
  for (let row = 0; row < rows; row += 1) {
    const [wanted, own] = [keyText(expected, row), keyText(found, row)];
    if (wanted !== own) return { file, expected: `row ${row + 1} to be of ${wanted}`, found: own };
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
  predictions: Predictions,
  { label, horizon }: Pick<BundleConfig, 'label' | 'horizon'>,
  tolerance: number,
): Difference | undefined {
  const column = rows.returns[OUTCOME_HORIZONS.findIndex((bars) => bars === horizon)];
  if (label !== 'horizon' || column === undefined) return undefined;
  const known = new Map(rows.symbol.map((_, row) => [keyText(rows, row), column[row] ?? NaN]));
  for (const [row, expected] of predictions.forwardReturn.entries()) {
    const key = keyText(predictions, row);
    const found = known.get(key) ?? NaN;
    if (!(Math.abs(expected - found) <= tolerance))
      return {
        file,
        expected: `${key} to have return_${horizon} ${expected}, its forward_return`,
        found: `${found}`,
      };
  }
  return undefined;
}
