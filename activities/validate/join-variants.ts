import { heartbeat } from '@temporalio/activity';

import { concatPredictions, decodePredictions, takeRows } from '../../data/predictions/parquet.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { StudentVariant, VariantRows } from '../../data/predictions/student-variants.js';
import { STUDENT_VARIANTS, decodeVariants } from '../../data/predictions/student-variants.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { readJsonRef, readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';

/**
 * The variants of all students in the order of their joined forward predictions; undefined where no student has any, as
 * with units of earlier versions.
 *
 * @param students Manifests.
 */
export async function joinVariants(
  home: Home,
  students: readonly FileRef[],
): Promise<VariantRows | undefined> {
  const parts: Readonly<Record<StudentVariant, Predictions>>[] = [];
  for (const manifest of students) {
    heartbeat(manifest.uri);
    const { outputs } = await readJsonRef(home, manifest, unitManifestSchema);
    if (outputs['variants'] === undefined || outputs['predictions'] === undefined) continue;
    const all = await decodePredictions(await readRef(home, outputs['predictions']), 'student');
    const forward = takeRows(
      all,
      [...all.split.keys()].filter((row) => all.split[row] === 'forward'),
    );
    const variants = await decodeVariants(await readRef(home, outputs['variants']));
    const of = (name: StudentVariant): Predictions => ({
      ...forward,
      probability: [...variants[name].probability],
      score: [...variants[name].score],
    });
    parts.push({ plain: of('plain'), reward: of('reward'), hard: of('hard') });
  }
  if (parts.length === 0) return undefined;
  const [plain, reward, hard] = STUDENT_VARIANTS.map((name) =>
    concatPredictions(parts.map((part) => part[name])),
  );
  return plain === undefined || reward === undefined || hard === undefined
    ? undefined
    : { plain, reward, hard };
}
