import { z } from 'zod';

import { offEventLoop } from '../../data/event-loop.js';
import { featureDriftSchema } from '../../data/schemas/features.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { leakFindingSchema } from '../../data/schemas/integrity.js';
import type { CohortPlan } from '../../data/schemas/plan.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { TeachIndex } from '../../data/schemas/teach-index.js';
import { cohortDates, trainingConfig } from '../../data/schemas/training-config.js';
import { codeVersion } from '../../data/store/code-version.js';
import { readJsonRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { sealUnit, unitKey, unitManifestSchema } from '../../data/store/units.js';
import { byName } from '../figures/by-name.js';
import { measureDrift } from '../figures/measure-drift.js';
import { heartbeat } from '../heartbeat.js';
import type { FeatureTable } from '../market/feature-table.js';
import { loadUsedBars } from '../market/load-feature-table.js';
import type { ProbedCohort } from '../market/probes/label-overlap.js';
import { cohortBounds } from '../market/splits/splits.js';
import { indexCohort } from '../trainer/units-of-cohort.js';
import { cohortUnit, manifestIn } from './cohort-unit.js';
import { contentOfUnits } from './content-of-units.js';
import { COHORT_PROBES, plainOf, probeCohort } from './leakage.js';
import type { LoadTable } from './load-table.js';
import { readPredictedRun } from './predicted-run.js';
import { RUN_CHOOSERS } from './run-choosers.js';

const reportSchema = z.strictObject({
  rows: z.number().int().nonnegative(),
  findings: z.array(leakFindingSchema),
});
const probedSchema = z.strictObject({
  probes: z.strictObject({
    label_overlap: reportSchema,
    selection: reportSchema,
    index_shift: reportSchema,
  }),
  /** Predictions that the trainers compared when later rows were replaced. */
  replaced: z.number().int().nonnegative(),
  drift: featureDriftSchema,
});
/** What the probes found of a cohort, and how its features drift. */
export type ProbedUnit = z.output<typeof probedSchema>;

/** A cohort with windows to train, and what it is probed with. */
export interface CohortToProbe {
  readonly home: Home;
  readonly loadTable: LoadTable;
  readonly config: RunConfig;
  readonly ingest: FileRef;
  readonly cohort: Pick<CohortPlan, 'id' | 'shards'>;
}

/**
 * Probes one cohort and measures its drift, as a unit: found again by its key, whoever probed the same predictions on
 * the same bars. Findings are no failure here: they are joined with those of the others.
 */
export async function probeCohortUnit(of: CohortToProbe): Promise<FileRef> {
  offEventLoop('probeCohortUnit');
  const { home, config, cohort, ingest } = of;
  const index = await indexCohort(home, config.runId, cohort.id);
  const directory = home.probesDir(config.runId, cohort.id);
  const key = unitKey({
    kind: 'probes',
    code: await codeVersion(),
    cohort: { id: cohort.id, symbols: cohort.shards.flat() },
    training: trainingConfig(config),
    bars: ingest.sha256,
    trained: await contentOfUnits(home, { real: index.real, priors: index.priors }),
  });
  return cohortUnit(home, config, { key, directory }, async () =>
    probed(of, index, { key, manifest: manifestIn(directory) }),
  );
}

/** Reads what {@link probeCohortUnit} wrote. */
export async function readProbedUnit(home: Home, unit: FileRef): Promise<ProbedUnit> {
  const { summary } = await readJsonRef(home, unit, unitManifestSchema);
  return probedSchema.parse(summary);
}

/** A planned cohort with the rows of its table. */
export function probedCohort(
  table: FeatureTable,
  { id, shards }: Pick<CohortPlan, 'id' | 'shards'>,
  config: RunConfig,
): ProbedCohort {
  return {
    id,
    symbols: shards.flat(),
    split: cohortBounds(table, cohortDates(id), trainingConfig(config)),
  };
}

async function probed(
  { home, loadTable, config, ingest, cohort }: CohortToProbe,
  index: TeachIndex,
  { key, manifest }: { readonly key: string; readonly manifest: string },
): Promise<FileRef> {
  const training = trainingConfig(config);
  const table = await loadTable({ ingest, config: training }, 'real');
  const own = probedCohort(table, cohort, config);
  const { series, slots } = await loadUsedBars(home, ingest, training);
  const market = {
    ...{ table, slots, rule: training, choosers: RUN_CHOOSERS },
    predicted: await readPredictedRun(home, config, index, [own], series),
  };
  const probes = probeCohort({ ...market, plain: plainOf(market) }, own, heartbeat);
  heartbeat('drift');
  const found: ProbedUnit = {
    probes: byName(COHORT_PROBES, (probe) => ({
      rows: probes[probe].rows,
      findings: [...probes[probe].findings],
    })),
    replaced: market.predicted.replaced,
    drift: measureDrift(table, [own]),
  };
  return sealUnit(home, manifest, { key, outputs: {}, summary: found });
}
