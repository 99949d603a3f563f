import { decodeChoiceReturns } from '../../data/predictions/choice-returns.js';
import type { ChoiceReturns } from '../../data/predictions/choice-returns.js';
import { joinChoiceReturns } from '../../data/predictions/join-choice-returns.js';
import { concatPredictions, decodePredictions, takeRows } from '../../data/predictions/parquet.js';
import type { Model, Predictions } from '../../data/predictions/prediction.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { readJsonRef, readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';
import { heartbeat } from '../heartbeat.js';

/** Predictions of a file, which may be of an earlier version. @param model Whose they are, if it does not say. */
export async function readPredictions(home: Home, ref: FileRef, model: Model): Promise<Predictions> {
  heartbeat(ref.uri);
  return decodePredictions(await readRef(home, ref), model);
}

/** All predictions of units in one, sorted, whatever their order. */
export async function joinPredictions(
  home: Home,
  manifests: readonly FileRef[],
  model: Model,
): Promise<Predictions> {
  // A shard whose windows all failed has no predictions.
  return concatPredictions(await readPredictionsOf(home, manifests, 'predictions', model));
}

/**
 * The teachers' predictions with those out of fold, which are the priors': of the windows that have a teacher, since
 * the prior predicts symbols of other windows, too.
 */
export async function withOutOfFold(
  home: Home,
  teachers: Predictions,
  priors: readonly FileRef[],
): Promise<Predictions> {
  const taught = new Set(teachers.window);
  const folds = (await readPredictionsOf(home, priors, 'outOfFold', 'teacher')).map((part) =>
    takeRows(
      part,
      // Those of the placebo serve its students alone.
      [...part.window.keys()].filter(
        (row) => part.model[row] === 'teacher' && taught.has(part.window[row] ?? ''),
      ),
    ),
  );
  return folds.length === 0 ? teachers : concatPredictions([teachers, ...folds]);
}

/**
 * The figures by date of what all cohorts chose from, in one table; empty where nothing was validated.
 *
 * @param units Manifests of priors and students of the real bars.
 */
export async function joinChoices(home: Home, units: readonly FileRef[]): Promise<ChoiceReturns> {
  return joinChoiceReturns(
    await readRole(home, units, 'choiceReturns', async (ref) =>
      decodeChoiceReturns(await readRef(home, ref)),
    ),
  );
}

async function readPredictionsOf(
  home: Home,
  manifests: readonly FileRef[],
  role: string,
  model: Model,
): Promise<Predictions[]> {
  return readRole(home, manifests, role, (ref) => readPredictions(home, ref, model));
}

/** The files of a role, where a unit has one. */
async function readRole<Content>(
  home: Home,
  manifests: readonly FileRef[],
  role: string,
  read: (ref: FileRef) => Promise<Content>,
): Promise<Content[]> {
  const parts: Content[] = [];
  for (const manifest of manifests) {
    heartbeat(manifest.uri);
    const { outputs } = await readJsonRef(home, manifest, unitManifestSchema);
    if (outputs[role]) parts.push(await read(outputs[role]));
  }
  return parts;
}
