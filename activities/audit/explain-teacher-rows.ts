import { z } from 'zod';

import { cohortOfWindow } from '../../data/predictions/prediction.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { cohortDates, trainingConfig } from '../../data/schemas/training-config.js';
import { readJsonRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';
import type { FeatureTable } from '../market/feature-table.js';
import {
  byResolution,
  cohortBounds,
  priorRows,
  rowSpacing,
  spacedRows,
  windowRows,
} from '../market/splits/splits.js';
import { finiteRows } from '../model/rows/row-set.js';
import type { ExplainedPrediction } from './explain-contributions.js';
import type { TrainingRow, TrainingRows } from './training-rows.js';
import { digestTrainingRows } from './training-rows.js';

/** Rows of a teacher and of the prior that it departs from. */
export interface TeacherRows {
  readonly teacher: TrainingRows | null;
  readonly prior: TrainingRows | null;
}

type Phase = 'select' | 'fit';

const countsSchema = z.looseObject({ rows: z.looseObject({ select: z.number(), fit: z.number() }) });

/**
 * Finds the rows that the teachers of a run learnt from, and those of their priors' probability, by the rules of their
 * training: validation rows are predicted by models that learnt from what was known before them.
 *
 * @returns The rows behind a prediction; null where their number is not the one recorded, as in runs of earlier versions.
 * @throws GurukulError ChecksumMismatch when a file of the run is missing or changed.
 */
export function explainTeacherRows(
  home: Home,
  config: RunConfig,
  tableOf: () => Promise<FeatureTable>,
): (
  prediction: ExplainedPrediction,
  recorded: { readonly teacher: unknown; readonly prior: FileRef | undefined },
) => Promise<TeacherRows> {
  const known = new Map<string, Promise<TrainingRows>>();
  const once = (key: string, digest: () => Promise<TrainingRow[]>): Promise<TrainingRows> => {
    const found =
      known.get(key) ??
      digest().then(async (rows) => digestTrainingRows(await tableOf(), rows, config.interval));
    known.set(key, found);
    return found;
  };
  return async ({ symbol, window, split }, recorded) => {
    const phase: Phase = split === 'validation' ? 'select' : 'fit';
    const cohort = cohortOfWindow(window);
    const teacher = await once(`${window} ${phase}`, async () =>
      teacherRows(await tableOf(), config, { symbol, cohort, phase }),
    );
    const prior = await once(`${cohort} ${phase}`, async () =>
      fittedPriorRows(await tableOf(), config, { cohort, phase }),
    );
    const unit =
      recorded.prior === undefined ? undefined : await readJsonRef(home, recorded.prior, unitManifestSchema);
    return {
      teacher: countIn(recorded.teacher, phase) === teacher.count ? teacher : null,
      prior: countIn(unit?.summary, phase) === prior.count ? prior : null,
    };
  };
}

function countIn(recorded: unknown, phase: Phase): number | undefined {
  return countsSchema.safeParse(recorded).data?.rows[phase];
}

function teacherRows(
  table: FeatureTable,
  config: RunConfig,
  { symbol, cohort, phase }: { readonly symbol: string; readonly cohort: string; readonly phase: Phase },
): TrainingRow[] {
  const bounds = cohortBounds(table, cohortDates(cohort), trainingConfig(config));
  const place = table.symbols.findIndex((one) => one.symbol === symbol);
  const own = table.symbols[place];
  if (own === undefined) return [];
  return Array.from(windowRows(own, bounds)[phase], (row) => ({
    ...{ symbol: place, row },
    weights: [own.weight[row] ?? NaN],
  }));
}

function fittedPriorRows(
  table: FeatureTable,
  config: RunConfig,
  { cohort, phase }: { readonly cohort: string; readonly phase: Phase },
): TrainingRow[] {
  const { validationStart, end } = cohortBounds(table, cohortDates(cohort), trainingConfig(config));
  const all = table.symbols.map((own) => priorRows(own, end));
  const spacing = rowSpacing(
    all.reduce((sum, { length }) => sum + length, 0),
    config.horizon,
  );
  return table.symbols.flatMap((own, symbol) => {
    const rows = spacedRows(own, all[symbol] ?? new Int32Array(0), spacing);
    const kept = phase === 'fit' ? rows : byResolution(own, rows, validationStart).before;
    const finite = finiteRows(own, table.names.length);
    return Array.from(kept.filter((row) => finite[row] === 1)).map((row) => ({
      ...{ symbol, row },
      weights: [own.weight[row] ?? NaN],
    }));
  });
}
