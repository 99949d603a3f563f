import { z } from 'zod';

import type { FileRef } from '../../data/schemas/file-ref.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { readJsonRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { readJsonLines } from '../../data/store/json-lines.js';
import { readStoredJson } from '../../data/store/stored-files.js';
import { unitManifestSchema } from '../../data/store/units.js';

const teacherLine = z.looseObject({ window: z.string(), unit: z.string().optional() });
/** Roles of a unit's model files. */
const MODEL_FILES: ReadonlySet<string> = new Set(['model', 'weights']);

/** Manifests of the units that a window's predictions come from. */
export interface ModelUnits {
  readonly prior: FileRef | undefined;
  readonly taught: FileRef | undefined;
}

/** Where the model of a window is. */
export interface WindowModel {
  /** The window's last line in teacher_runs.jsonl. */
  readonly teacher: Readonly<Record<string, unknown>> | null;
  /** Files of teacher and prior, by role. */
  readonly model: Readonly<Record<string, FileRef>>;
  readonly units: ModelUnits;
}

/**
 * Finds the model of a window among the units that the run has finished.
 *
 * @param window Label of the window.
 * @throws GurukulError ChecksumMismatch when a manifest is missing or changed.
 */
export async function windowModel(home: Home, run: string, window: string): Promise<WindowModel> {
  const lines = await readJsonLines(home.teacherRuns(run), teacherLine);
  const teacher = lines.findLast((line) => line.window === window);
  const index = await readStoredJson(home, home.teachIndex(run), teachIndexSchema);
  const cohort = window.slice(window.indexOf('_') + 1);
  const model: Record<string, FileRef> = {};
  const add = async (refs: readonly FileRef[], role: string, key?: string): Promise<FileRef | undefined> => {
    let found: FileRef | undefined;
    for (const ref of refs) {
      if (!ref.uri.includes(`/teachers/${cohort}/`)) continue;
      const unit = await readJsonRef(home, ref, unitManifestSchema);
      if (key !== undefined && unit.key !== key) continue;
      found = ref;
      for (const [name, file] of Object.entries(unit.outputs))
        if (MODEL_FILES.has(name)) model[`${role} ${name}`] = file;
    }
    return found;
  };
  const prior = await add(index?.priors ?? [], 'prior');
  const taught = await add(index?.real ?? [], 'teacher', teacher?.unit);
  return { teacher: teacher ?? null, model, units: { prior, taught } };
}
