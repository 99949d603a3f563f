import type { OutcomeRows } from '../../data/predictions/outcomes.js';
import type { RowKeys } from '../../data/predictions/row-keys.js';
import type { BundleConfig } from '../../data/schemas/bundle.js';
import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import { entryChoice } from '../../data/schemas/label-rule.js';
import { readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { MARKET_FILES, readMarket } from './bundle-market.js';
import type { PartialCheck } from './check-figures.js';
import type { Difference } from './differences.js';
import { MarketedRows, keyText } from './marketed-rows.js';
import type { RowCheck } from './row-checks.js';

/**
 * Compares outcomes, exposures and factors with the predictions: each has one row for every symbol and date that was
 * predicted, and none else; entries are where the run's are; and a label without barriers has the return of its
 * horizon. Bundles of earlier versions have no such files.
 */
export function marketCheck(files: BundleFiles, sameProgram: boolean): RowCheck<PartialCheck> {
  const rows = new MarketedRows(files, sameProgram);
  return { see: (part) => rows.see(part), end: () => checkMarket(files, sameProgram, rows) };
}

async function checkMarket(
  files: BundleFiles,
  sameProgram: boolean,
  rows: MarketedRows,
): Promise<PartialCheck> {
  const failed = (difference: Difference): PartialCheck => ({ difference, unchecked: [] });
  const other = rows.firstOtherModel();
  if (other !== undefined) return failed(other);
  const market = await readMarket(files);
  if (market === undefined) {
    const [file] = MARKET_FILES;
    return sameProgram
      ? failed({ file, expected: 'a file of every bundle', found: 'no such file' })
      : { unchecked: MARKET_FILES.map((name) => `${name}: not in the bundle`) };
  }
  const config = readJsonFile(files, BUNDLE.config, bundleConfigSchema);
  const keys = rows.keys.keys();
  const difference =
    firstOtherKey(BUNDLE.outcomes, keys, market.outcomes) ??
    firstOtherKey(BUNDLE.exposures, keys, market.exposures) ??
    firstOtherKey(BUNDLE.factors, keys, market.factors) ??
    firstOtherKey(BUNDLE.placeboOutcomes, rows.placeboKeys.keys(), market.placebo) ??
    firstOtherEntry(BUNDLE.outcomes, market.outcomes, config) ??
    firstOtherEntry(BUNDLE.placeboOutcomes, market.placebo, config) ??
    rows.firstOtherReturn();
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
