import type { FeatureDrift } from '../../data/schemas/features.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { Integrity } from '../../data/schemas/integrity.js';
import type { CohortPlan } from '../../data/schemas/plan.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { trainingConfig } from '../../data/schemas/training-config.js';
import { readJsonRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { readPlan } from '../../data/store/run-plan.js';
import { measureDrift } from '../figures/measure-drift.js';
import { heartbeat } from '../heartbeat.js';
import { buildFeatureTable } from '../market/features/build-feature-table.js';
import { loadUsedBars } from '../market/load-feature-table.js';
import { drawSample } from '../market/probes/leakage-sample.js';
import type { ProbedSample } from './leakage.js';
import { joinProbes, probeLeakageOf } from './leakage.js';
import type { LoadTable } from './load-table.js';
import { readPredictedRun } from './predicted-run.js';
import { probeCohortUnit, probedCohort, readProbedUnit } from './probe-cohort.js';
import { RUN_CHOOSERS } from './run-choosers.js';

/** A run that is probed. */
export interface RunToProbe {
  readonly home: Home;
  readonly loadTable: LoadTable;
  readonly config: RunConfig;
  readonly ingest: FileRef;
  readonly plan: FileRef;
  /** Absent in requests of earlier versions. */
  readonly index?: FileRef;
  /** Absent in requests of earlier versions: all cohorts are probed here. */
  readonly byCohort?: true;
}

interface ProbedRunReport {
  readonly integrity: Integrity;
  readonly drift: FeatureDrift;
}

/** The planned cohorts with windows to train. */
export async function cohortsToProbe(home: Home, plan: FileRef): Promise<CohortPlan[]> {
  return (await readPlan(home, plan)).cohorts.filter(({ shards }) => shards.length > 0);
}

/** What the leakage probes find about a run, and how its features drift. */
export async function probeRun(run: RunToProbe): Promise<ProbedRunReport> {
  const { home, config, ingest } = run;
  const training = trainingConfig(config);
  const { series, slots, membership, sectors } = await loadUsedBars(home, ingest, training);
  const sampled: ProbedSample = {
    sample: drawSample(series, config.seed),
    build: (bars) => buildFeatureTable(bars, training, { slots, membership, sectors }),
  };
  const cohorts = await cohortsToProbe(home, run.plan);
  if (run.byCohort === true) {
    const units = [];
    // Those that are probed already are only read.
    for (const cohort of cohorts)
      units.push(await readProbedUnit(home, await probeCohortUnit({ ...run, cohort })));
    const replaced = units.reduce((sum, unit) => sum + unit.replaced, 0);
    return {
      integrity: joinProbes(
        cohorts.map(({ id, shards }) => ({ id, symbols: shards.flat() })),
        units.map(({ probes }) => probes),
        { ...sampled, replaced },
        heartbeat,
      ),
      drift: {
        features: units[0]?.drift.features ?? [],
        cohorts: units.flatMap(({ drift }) => drift.cohorts),
      },
    };
  }
  const table = await run.loadTable({ ingest, config: training }, 'real');
  const probed = cohorts.map((cohort) => probedCohort(table, cohort, config));
  const index = run.index && (await readJsonRef(home, run.index, teachIndexSchema));
  const predicted = await readPredictedRun(home, config, index, probed, series);
  const market = { table, slots, rule: training, choosers: RUN_CHOOSERS, predicted };
  const integrity = probeLeakageOf({ ...market, ...sampled, cohorts: probed }, heartbeat);
  heartbeat('drift');
  return { integrity, drift: measureDrift(table, probed) };
}
