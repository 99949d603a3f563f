import type { Predictions } from '../../data/predictions/prediction.js';
import { BAR_SHOCKS } from '../../data/schemas/shock-ids.js';
import { planShocks } from '../market/shocks/shock-plan.js';
import type { StressedRows } from '../market/shocks/stressed-rows.js';
import { stressedRows } from '../market/shocks/stressed-rows.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { readMarket, readStressRows } from './bundle-market.js';
import type { PartialCheck } from './check-figures.js';
import type { Difference } from './differences.js';
import type { RowCheck } from './row-checks.js';

/**
 * Checks that the predictions on shocked bars are of the newest student that can be stressed, of all shocks, and of none
 * but its own forward rows. That the bars were shocked as the figures say, and that the student was asked, is not checked:
 * a bundle has no bars. Bundles of earlier versions have no such file.
 */
export function stressCheck(files: BundleFiles, sameProgram: boolean): RowCheck<PartialCheck> {
  let newest: StressedStudent | undefined;
  return {
    see: ({ student }) => {
      const stressed = stressedRows(student);
      if (stressed !== undefined) newest = { stressed, student };
    },
    end: () => checkStress(files, sameProgram, newest),
  };
}

interface StressedStudent {
  readonly stressed: StressedRows;
  /** Its rows are some of these. */
  readonly student: Predictions;
}

async function checkStress(
  files: BundleFiles,
  sameProgram: boolean,
  newest: StressedStudent | undefined,
): Promise<PartialCheck> {
  const stress = await readStressRows(files);
  const wrong = (expected: string, found: string): PartialCheck => ({
    difference: { file: BUNDLE.stress, expected, found } satisfies Difference,
    unchecked: [],
  });
  if (stress === undefined) {
    if (newest === undefined) return { unchecked: [] };
    return sameProgram
      ? wrong('a file of every bundle with enough forward rows', 'no such file')
      : { unchecked: [`${BUNDLE.stress}: not in the bundle`] };
  }
  if (newest === undefined) return wrong('no file where no student has enough forward rows', 'one');
  const { stressed, student } = newest;
  const baseRates = new Map(
    stressed.rows.map((row) => [
      `${student.symbol[row] ?? ''} ${student.date[row] ?? ''}`,
      student.baseRate[row],
    ]),
  );
  for (const [row, symbol] of stress.symbol.entries()) {
    const key = `${symbol} ${stress.date[row] ?? ''}`;
    if (!baseRates.has(key))
      return wrong(`rows of the student of ${stressed.cohort}`, `${key} in row ${row + 1}`);
    if (baseRates.get(key) !== stress.baseRate[row])
      return wrong(
        `base_rate of ${key} to be the student's, ${String(baseRates.get(key))}`,
        String(stress.baseRate[row]),
      );
  }
  const market = await readMarket(files);
  const sectors = new Map(
    (market?.exposures.symbol ?? []).map((symbol, row) => [symbol, market?.exposures.sector[row]]),
  );
  const planned = planShocks({ ...stressed, sectorOf: (symbol) => sectors.get(symbol) ?? null, seed: 0 });
  const there = new Set(stress.shock);
  const missing = BAR_SHOCKS.find((id) => planned.has(id) && !there.has(id));
  return missing === undefined ? { unchecked: [] } : wrong(`rows of the shock ${missing}`, 'none');
}
