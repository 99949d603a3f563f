import { z } from 'zod';

import type { RunConfig } from '../../data/schemas/run-input.js';
import { cohortDates } from '../../data/schemas/training-config.js';
import type { Home } from '../../data/store/home.js';
import type { UnitManifest } from '../../data/store/units.js';
import type { FeatureTable } from '../market/feature-table.js';
import { cohortBounds } from '../market/splits/splits.js';
import { PRIOR_FORMAT, readPrior } from '../model/prior/prior-file.js';
import { BLENDS } from '../model/ranking/rank-grid.js';
import {
  outOfFold,
  readCohortUnits,
  teacherPredictions,
  unlabelledRows,
} from '../model/student/soft-labels.js';
import { softRows } from '../model/student/soft-rows.js';
import type { StudentRows } from '../model/student/student-rows.js';
import { studentRows } from '../model/student/student-rows.js';
import { modelFormat } from '../model/units/model-file.js';
import { cohortBefore, unitsOf } from '../trainer/units-of-cohort.js';
import type { TrainingRows } from './training-rows.js';
import { digestTrainingRows } from './training-rows.js';

/** Rows behind a student: of its forward rows, and of its validation rows, which it predicted from what was known before. */
export interface StudentTrainingRows {
  readonly fit: TrainingRows;
  readonly select: TrainingRows;
}

const countSchema = z.looseObject({ rows: z.number() });

/**
 * Finds the rows that a cohort's student was distilled from, as its training does: from its teachers' predictions out of
 * fold, and those of the cohort before. Each row has two weights, of probability and score.
 *
 * @param unit Manifest of the student.
 * @returns Null where their number is not the one recorded, as in runs of earlier versions.
 * @throws GurukulError ChecksumMismatch when a file of the run is missing or changed.
 */
export async function studentTrainingRows(
  home: Home,
  config: RunConfig,
  cohort: string,
  unit: UnitManifest,
  tableOf: () => Promise<FeatureTable>,
): Promise<StudentTrainingRows | null> {
  const table = await tableOf();
  const rows = await rowsOf(home, config, cohort, table);
  if (rows === undefined || rows.row.length !== countSchema.safeParse(unit.summary).data?.rows) return null;
  const learnt = Array.from(rows.row, (row, at) => ({
    ...{ row, symbol: rows.symbol[at] ?? -1 },
    weights: [rows.logitWeight[at] ?? NaN, rows.scoreWeight[at] ?? NaN],
  }));
  const early = rows.segments
    .filter(({ resolved }) => resolved < rows.blocks - 1)
    .flatMap(({ from, until }) => learnt.slice(from, until));
  return {
    fit: digestTrainingRows(table, learnt, config.interval),
    select: digestTrainingRows(table, early, config.interval),
  };
}

async function rowsOf(
  home: Home,
  config: RunConfig,
  cohort: string,
  table: FeatureTable,
): Promise<StudentRows | undefined> {
  const units = await unitsOf(home, config, cohort, 'real');
  const before = await unitsOf(home, config, cohortBefore(config, cohort), 'real');
  if (units === undefined) return undefined;
  const own = await readCohortUnits(home, units);
  if ((await modelFormat(home, own.prior)) !== PRIOR_FORMAT) return undefined;
  const earlier = before === undefined ? undefined : await readCohortUnits(home, before);
  const parts = [
    ...(await outOfFold(home, own, 'teacher')),
    ...(earlier === undefined
      ? []
      : [
          ...(await outOfFold(home, earlier, 'teacher')),
          ...(await teacherPredictions(home, earlier, 'teacher', ['forward'])),
        ]),
  ];
  const { trained } = (await readPrior(home, own.prior)).rank;
  const split = cohortBounds(table, cohortDates(cohort), config);
  const { horizon, interval } = config;
  const task = { table, split, horizon, horizons: BLENDS[trained.blend], unit: trained.fit.unit };
  const soft = studentRows({ ...task, soft: softRows(table, parts, split.end, interval) });
  return soft.row.length > 0 ? soft : studentRows({ ...task, soft: unlabelledRows(table, split) });
}
