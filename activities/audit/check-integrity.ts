import { bundleConfigSchema, bundleIngestSchema } from '../../data/schemas/bundle.js';
import type { Probe } from '../../data/schemas/integrity.js';
import { PROBES, integritySchema } from '../../data/schemas/integrity.js';
import { sampleSymbols } from '../market/probes/leakage-sample.js';
import type { PartialCheck } from './check-figures.js';
import type { Difference } from './differences.js';
import { firstValueDifference } from './differences.js';
import { readBundlePlan, readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import type { RowCheck } from './row-checks.js';
import { RowPeriods } from './row-periods.js';

/**
 * Checks the report of the leakage probes as far as possible without bars: all probes ran, on every trained cohort
 * and on the symbols that the seed draws, and found nothing, and none of the predicted rows that one of them looked at
 * is missing. Bundles of earlier versions lack newer probes. Also checks that every predicted row is in the period
 * of its split.
 */
export function integrityCheck(files: BundleFiles, sameProgram: boolean): RowCheck<PartialCheck> {
  const periods = new RowPeriods(files);
  let predicted = 0;
  return {
    see: (rows) => {
      predicted += rows.teacher.split.filter((part) => part !== 'out_of_fold').length;
      periods.see(rows);
    },
    end: () => checkIntegrity(files, sameProgram, { predicted, misplaced: periods.end() }),
  };
}

function checkIntegrity(
  covered: BundleFiles,
  sameProgram: boolean,
  { predicted, misplaced }: { readonly predicted: number; readonly misplaced: Difference | undefined },
): PartialCheck {
  const file = BUNDLE.integrity;
  const { seed } = readJsonFile(covered, BUNDLE.config, bundleConfigSchema);
  const { series } = readJsonFile(covered, BUNDLE.ingest, bundleIngestSchema);
  const { cohorts } = readBundlePlan(covered);
  const { probes, findings } = readJsonFile(covered, file, integritySchema);
  const trained = cohorts.filter(({ shards }) => shards.length > 0);
  const used = series.filter(({ status }) => status === 'ok').map(({ symbol }) => symbol);
  const drawn = sampleSymbols(used, seed);
  const taught = [...new Set(trained.flatMap(({ shards }) => shards.flat()))].sort();
  const lacking = sameProgram
    ? []
    : NEWER_PROBES.filter((name) => !probes.some(({ probe }) => probe === name));
  const expected = PROBES.filter((probe) => !lacking.includes(probe)).map((probe) => ({
    probe,
    symbols: ofCohorts(probe) ? taught : drawn,
    findings: 0,
  }));
  const found = probes.map(({ probe, symbols, findings: count }) => ({ probe, symbols, findings: count }));
  const ids = trained.map(({ id }) => id);
  const places = probes.filter(({ probe }) => ofCohorts(probe));
  const difference =
    firstValueDifference(file, [], findings, 0, 'findings') ??
    firstValueDifference(file, expected, found, 0, 'probes') ??
    firstOf(places, ({ probe, at }) => firstValueDifference(file, ids, at, 0, `${probe}.at`)) ??
    firstOf(places, ({ probe, rows }) =>
      probe === 'selection' ? firstValueDifference(file, predicted, rows, 0, 'selection.rows') : undefined,
    ) ??
    misplaced;
  return difference === undefined
    ? { unchecked: lacking.map((probe) => `${file}: no probe ${probe}`) }
    : { difference, unchecked: [] };
}

const NEWER_PROBES: readonly Probe[] = ['selection', 'index_shift'];

/** Whether a probe looks at every trained cohort, and not at the drawn symbols. */
function ofCohorts(probe: Probe): boolean {
  return probe === 'label_overlap' || probe === 'selection' || probe === 'index_shift';
}

function firstOf<Item>(
  items: readonly Item[],
  find: (item: Item) => Difference | undefined,
): Difference | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
