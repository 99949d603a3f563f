import { bundleConfigSchema, bundleIngestSchema } from '../../data/schemas/bundle.js';
import type { Probe } from '../../data/schemas/integrity.js';
import { PROBES, integritySchema } from '../../data/schemas/integrity.js';
import { windowLabel } from '../../data/schemas/plan.js';
import { sampleSymbols } from '../market/probes/leakage-sample.js';
import type { PartialCheck } from './check-figures.js';
import type { Difference } from './differences.js';
import { firstValueDifference } from './differences.js';
import { readBundlePlan, readJsonFile, readPredictionSets } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';

/**
 * Checks the report of the leakage probes as far as possible without bars: all probes ran, on every trained cohort
 * and on the symbols that the seed draws, and found nothing, and none of the predicted rows that one of them looked at
 * is missing. Bundles of earlier versions lack newer probes. Also checks that every predicted row is in the period
 * of its split: rows out of fold before the end of their window, validation rows inside it, forward rows after it and
 * before the run's end. Students have forward rows only.
 */
export async function checkIntegrity(covered: BundleFiles, sameProgram: boolean): Promise<PartialCheck> {
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
  const { split } = (await readPredictionSets(covered)).teacher;
  const predicted = split.filter((part) => part !== 'out_of_fold').length;
  const difference =
    firstValueDifference(file, [], findings, 0, 'findings') ??
    firstValueDifference(file, expected, found, 0, 'probes') ??
    firstOf(places, ({ probe, at }) => firstValueDifference(file, ids, at, 0, `${probe}.at`)) ??
    firstOf(places, ({ probe, rows }) =>
      probe === 'selection' ? firstValueDifference(file, predicted, rows, 0, 'selection.rows') : undefined,
    ) ??
    (await misplacedRow(covered));
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

/** The first predicted row outside the period of its split. */
async function misplacedRow(covered: BundleFiles): Promise<Difference | undefined> {
  const { to } = readJsonFile(covered, BUNDLE.config, bundleConfigSchema);
  const { items } = readBundlePlan(covered);
  const windows = new Map(items.map((item) => [windowLabel(item.symbol, item.start, item.end), item]));
  const sets = await readPredictionSets(covered);
  for (const [name, { window, date, split, symbol }, kind] of [
    [BUNDLE.predictions, sets.teacher],
    [BUNDLE.placebo, sets.placebo],
    ...(sets.permuted === undefined ? [] : [[BUNDLE.placebo, sets.permuted] as const]),
    ...(sets.studentPlacebo === undefined ? [] : [[BUNDLE.placebo, sets.studentPlacebo, 'student'] as const]),
    [BUNDLE.student, sets.student, 'student'],
  ] as const) {
    // No figure is computed from other rows of a student.
    const other = kind === 'student' ? split.findIndex((one) => one === 'out_of_fold') : -1;
    if (other !== -1)
      return {
        file: name,
        expected: 'only validation and forward rows of a student',
        found: `${split[other]} in row ${other + 1}`,
      };
    const row = window.findIndex((label, i) => {
      const item = windows.get(label);
      const day = (date[i] ?? '').slice(0, 10);
      if (item === undefined || item.symbol !== symbol[i]) return true;
      if (split[i] === 'forward') return day < item.end || day >= to;
      return day >= item.end || (split[i] === 'validation' && day < item.start);
    });
    if (row !== -1)
      return {
        file: name,
        expected: `row ${row + 1} to be ${split[row]} of ${window[row]}`,
        found: `${symbol[row]} on ${date[row]}`,
      };
  }
  return undefined;
}
