import { concatPredictions, takeRows } from '../../data/predictions/parquet.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { StudentVariant, VariantRows } from '../../data/predictions/student-variants.js';
import { STUDENT_VARIANTS, decodeVariants } from '../../data/predictions/student-variants.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { readJsonRef, readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';
import { readPredictions } from './gather-predictions.js';

/** What all students of a run predicted. */
export interface JoinedStudents {
  readonly predictions: Predictions;
  /** In the order of the forward rows; undefined where no student has any, as with units of earlier versions. */
  readonly variants: VariantRows | undefined;
}

/** The predictions of students and their variants in one, sorted, whatever their order. @param students Manifests. */
export async function joinStudents(home: Home, students: readonly FileRef[]): Promise<JoinedStudents> {
  const predictions: Predictions[] = [];
  const compared: Readonly<Record<StudentVariant, Predictions>>[] = [];
  for (const manifest of students) {
    const { outputs } = await readJsonRef(home, manifest, unitManifestSchema);
    if (outputs['predictions'] === undefined) continue;
    const all = await readPredictions(home, outputs['predictions'], 'student');
    predictions.push(all);
    if (outputs['variants'] === undefined) continue;
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
    compared.push({ plain: of('plain'), reward: of('reward'), hard: of('hard') });
  }
  return { predictions: concatPredictions(predictions), variants: joinVariants(compared) };
}

function joinVariants(
  parts: readonly Readonly<Record<StudentVariant, Predictions>>[],
): VariantRows | undefined {
  if (parts.length === 0) return undefined;
  const [plain, reward, hard] = STUDENT_VARIANTS.map((name) =>
    concatPredictions(parts.map((part) => part[name])),
  );
  return plain === undefined || reward === undefined || hard === undefined
    ? undefined
    : { plain, reward, hard };
}
