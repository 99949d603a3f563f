import { GurukulError, InvalidInputError } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { readJsonRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import type { UnitManifest } from '../../data/store/units.js';
import { unitManifestSchema } from '../../data/store/units.js';
import type { PriorPhase } from '../model/choices/phase.js';
import type { Teacher } from '../model/export/teacher-layers.js';
import { PRIOR_FORMAT, readPrior } from '../model/prior/prior-file.js';
import { teacherDepartures } from '../model/teachers/teacher-departures.js';
import { TEACHERS_FORMAT } from '../model/teachers/teachers-file.js';
import { modelFormat, readModel } from '../model/units/model-file.js';
import { windowModel } from './window-model.js';

/** A window's teacher as the run has stored it. */
export interface StoredTeacher extends Teacher {
  /** Names of the features in column order, and the columns of the relative ones. */
  readonly features: readonly string[];
  readonly relativeColumns: readonly number[];
  /** Manifests of the units that it comes from, and their model files, by role. */
  readonly units: Readonly<Record<'prior' | 'teacher', FileRef>>;
  readonly files: Readonly<Record<string, FileRef>>;
}

/**
 * Reads the teacher of a window; all files are checked by their digests.
 *
 * @param window Label of the window.
 * @throws InvalidInputError when the window is not trained, failed, or was trained by another version of the program.
 * @throws GurukulError ChecksumMismatch when a file of the run is missing or changed.
 */
export async function windowTeacher(
  home: Home,
  run: string,
  symbol: string,
  window: string,
  phase: PriorPhase,
): Promise<StoredTeacher> {
  const { teacher, model: files, units } = await windowModel(home, run, window);
  const { status, error, message } = teacher ?? {};
  if (status === 'failed')
    throw new InvalidInputError([
      `window ${window} has no model: it failed (${[error, message].filter((text) => typeof text === 'string').join(': ')})`,
    ]);
  if (teacher === null || units.prior === undefined || units.taught === undefined)
    throw new InvalidInputError([
      `window ${window} has no model yet: wait until the run's windows are trained (gurukul status ${run})`,
    ]);
  const [prior, taught] = await Promise.all([
    readJsonRef(home, units.prior, unitManifestSchema),
    readJsonRef(home, units.taught, unitManifestSchema),
  ]);
  await requireFormat(home, run, prior, PRIOR_FORMAT);
  await requireFormat(home, run, taught, TEACHERS_FORMAT);
  const { trained, rank, features, relativeColumns } = await readPrior(home, prior);
  const departures = teacherDepartures(await readModel(home, taught, TEACHERS_FORMAT), window, phase);
  return {
    ...{ symbol, prior: trained, rank, departures, features, relativeColumns, files },
    units: { prior: units.prior, teacher: units.taught },
  };
}

/** @throws InvalidInputError when another version of the program wrote the unit's model. */
async function requireFormat(home: Home, run: string, unit: UnitManifest, format: string): Promise<void> {
  const found = await modelFormat(home, unit);
  if (found === undefined)
    throw new GurukulError('ChecksumMismatch', `a unit of run ${run} has no model in the format ${format}`);
  if (found !== format)
    throw new InvalidInputError([
      `the models of run ${run} are in the format ${found}, and this version of gurukul exports ${format}: train them again, or export them with the version that trained them`,
    ]);
}
