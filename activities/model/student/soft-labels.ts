import { decodePredictions } from '../../../data/predictions/parquet.js';
import { takeRows } from '../../../data/predictions/parquet.js';
import type { Model, Predictions, Split } from '../../../data/predictions/prediction.js';
import { readJsonRef, readRef } from '../../../data/store/file-refs.js';
import type { Home } from '../../../data/store/home.js';
import type { UnitManifest } from '../../../data/store/units.js';
import { unitManifestSchema } from '../../../data/store/units.js';
import type { FeatureTable } from '../../market/feature-table.js';
import type { CohortSplit } from '../../market/splits/splits.js';
import { priorRows } from '../../market/splits/splits.js';
import type { CohortUnits } from '../jobs.js';
import type { SoftRows } from './soft-rows.js';

/** The manifests of a cohort's training. */
export interface CohortManifests {
  readonly prior: UnitManifest;
  readonly shards: readonly UnitManifest[];
}

export async function readCohortUnits(home: Home, { prior, shards }: CohortUnits): Promise<CohortManifests> {
  const read = async (ref: CohortUnits['prior']): Promise<UnitManifest> =>
    readJsonRef(home, ref, unitManifestSchema);
  return { prior: await read(prior), shards: await Promise.all(shards.map(read)) };
}

/** Digests of everything that soft labels are read from, for a unit's key. */
export function labelDigests({ prior, shards }: CohortManifests): Readonly<Record<string, unknown>> {
  return {
    prior: prior.key,
    outOfFold: prior.outputs['outOfFold']?.sha256 ?? null,
    predictions: shards.map(({ outputs }) => outputs['predictions']?.sha256 ?? null),
  };
}

/** Predictions of a cohort's teachers of some splits, a part for each shard. */
export async function teacherPredictions(
  home: Home,
  { shards }: CohortManifests,
  model: Model,
  splits: readonly Split[],
): Promise<Predictions[]> {
  const parts: Predictions[] = [];
  for (const { outputs } of shards) {
    // A shard whose windows all failed has no predictions.
    if (outputs['predictions'] === undefined) continue;
    const all = await decodePredictions(await readRef(home, outputs['predictions']), model);
    const rows = [...all.symbol.keys()].filter(
      (row) => all.model[row] === model && splits.some((split) => split === all.split[row]),
    );
    parts.push(takeRows(all, rows));
  }
  return parts;
}

/** What a cohort's prior said out of fold; nothing where its past was too short. */
export async function outOfFold(
  home: Home,
  { prior }: CohortManifests,
  model: Model,
): Promise<Predictions[]> {
  const ref = prior.outputs['outOfFold'];
  return ref === undefined ? [] : [await decodePredictions(await readRef(home, ref), model)];
}

/** The rows that a prior learns from, without a word of any teacher: where there are no soft labels. */
export function unlabelledRows(table: FeatureTable, { end }: CohortSplit): SoftRows {
  const rows = table.symbols.map((own) => priorRows(own, end));
  const row = Int32Array.from(rows.flatMap((own) => [...own]));
  const unknown = new Float32Array(row.length).fill(NaN);
  const equal = new Float32Array(row.length).fill(1);
  return {
    symbol: Int32Array.from(rows.flatMap((own, place) => new Array<number>(own.length).fill(place))),
    ...{ row, logit: unknown, score: unknown, logitWeight: equal, scoreWeight: equal },
  };
}
