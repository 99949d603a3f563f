import { ingestInMemory } from '../../activities/ingest/ingest-in-memory.js';
import type { TrainerJob } from '../../activities/model/jobs.js';
import { trainingConfig } from '../../data/schemas/training-config.js';
import { writeSeries } from '../../data/bars/bar-store.js';
import { decodePredictions } from '../../data/predictions/parquet.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { canonicalJson } from '../../data/store/digests.js';
import { readJsonRef, readRef, writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';
import { loadUniverse, selectSymbols } from '../../data/universe/universe.js';
import type { BackendInfo } from '../tensor/backend.js';
import type { SupervisedTrainer, TrainerOptions } from '../trainer/supervisor.js';
import { createTrainer } from '../trainer/supervisor.js';

/** Dates of the cohort, with bars after them to predict. */
const COHORT = { id: '2023-01-01_to_2023-06-30', start: '2023-01-01', end: '2023-06-30' };
const TO = '2023-12-27';

/** A synthetic cohort whose bars are stored in a home of its own. */
export interface TrialCohort {
  readonly home: Home;
  readonly config: RunConfig;
  readonly ingest: FileRef;
  readonly symbols: readonly string[];
}

/** What a backend predicts for the cohort, and how long it took. */
export interface TrainedCohort {
  readonly backend: BackendInfo;
  readonly predictions: Predictions;
  /** To start the backend; for the prior; for the windows. */
  readonly seconds: { readonly start: number; readonly prior: number; readonly windows: number };
  /** Windows per minute at this pace, prior included. */
  readonly windowsPerMinute: number;
}

/** Stores synthetic bars of the first symbols of the NIFTY 100. @param windows Symbols, at most. */
export async function storeCohort(home: Home, packageRoot: string, windows: number): Promise<TrialCohort> {
  const universe = await loadUniverse('nifty100', packageRoot);
  const wanted = selectSymbols(universe, undefined)
    .filter(({ exclusion }) => exclusion === null)
    .slice(0, windows)
    .map(({ symbol }) => symbol);
  const input = runInputSchema.parse({ symbols: wanted, from: COHORT.start, to: TO });
  const config = { ...input, runId: 'trial' };
  const { bars, ...manifest } = await ingestInMemory(config, { home, packageRoot });
  for (const series of bars.values()) await writeSeries(home, series);
  const ingest = await writeRef(
    home,
    home.ingest(config.runId),
    canonicalJson(manifest),
    manifest.series.length,
  );
  return { home, config, ingest, symbols: [...bars.keys()].sort() };
}

/** Trains the cohort with a trainer process of its own. @param name Of the run; each backend has one. */
export async function trainCohort(
  { home, config, ingest, symbols }: TrialCohort,
  name: string,
  options: Omit<TrainerOptions, 'home'>,
): Promise<TrainedCohort> {
  const began = performance.now();
  const trainer = createTrainer({ ...options, home });
  try {
    const backend = await trainer.backend();
    const ready = performance.now();
    const job = {
      arm: 'real',
      config: trainingConfig({ ...config, runId: name }),
      cohort: COHORT,
      ingest,
      reuse: 'own',
    } as const;
    const prior = await run(trainer, { kind: 'prior', ...job });
    const fitted = performance.now();
    const shard = await run(trainer, { kind: 'shard', ...job, shard: 0, symbols, prior });
    const done = performance.now();
    return {
      backend,
      predictions: await predictionsOf(home, shard),
      seconds: {
        start: (ready - began) / 1000,
        prior: (fitted - ready) / 1000,
        windows: (done - fitted) / 1000,
      },
      windowsPerMinute: (symbols.length * 60_000) / (done - ready),
    };
  } finally {
    await trainer.close();
  }
}

async function run(trainer: SupervisedTrainer, job: TrainerJob): Promise<FileRef> {
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  return (await trainer.run(job, options)).manifest;
}

async function predictionsOf(home: Home, shard: FileRef): Promise<Predictions> {
  const { outputs } = await readJsonRef(home, shard, unitManifestSchema);
  if (outputs['predictions'] === undefined) throw new RangeError('no window could be trained');
  return decodePredictions(await readRef(home, outputs['predictions']));
}
