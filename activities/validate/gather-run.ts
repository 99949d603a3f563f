import path from 'node:path';

import { encodeChoiceReturns } from '../../data/predictions/choice-returns.js';
import { KeySet } from '../../data/predictions/key-set.js';
import { PredictionsWriter, concatPredictions } from '../../data/predictions/parquet.js';
import type { StudentVariant, VariantRows } from '../../data/predictions/student-variants.js';
import { STUDENT_VARIANTS, encodeVariants } from '../../data/predictions/student-variants.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { TeachIndex } from '../../data/schemas/teach-index.js';
import { writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { offEventLoop } from '../../data/event-loop.js';
import { byName } from '../figures/by-name.js';
import { heartbeat } from '../heartbeat.js';
import { indexByCohort } from '../trainer/units-of-cohort.js';
import type { GatheredPredictions } from './activities.js';
import { trainedSets } from './cohort-rows.js';
import { gatherMarket } from './gather-market.js';
import { joinChoices } from './gather-predictions.js';
import { joinImportance } from './join-importance.js';
import type { LoadTable } from './load-table.js';

/** What is gathered, and from where. */
export interface GatheredRun {
  readonly home: Home;
  readonly config: RunConfig;
  readonly index: TeachIndex;
  /** Absent in requests of earlier versions: nothing of the market is written. */
  readonly ingest: FileRef | undefined;
  readonly loadTable: LoadTable;
}

/** Writes the files of a run that a bundle holds, cohort by cohort: no more than one cohort's rows are in memory. */
export async function gatherRun({
  home,
  config,
  index,
  ingest,
  loadTable,
}: GatheredRun): Promise<GatheredPredictions> {
  offEventLoop('gatherRun');
  const { runId } = config;
  const [teacher, placebo, student] = [
    new PredictionsWriter(),
    new PredictionsWriter(),
    new PredictionsWriter(),
  ];
  const keys = { all: new KeySet(), placebo: new KeySet() };
  const variants: VariantRows[] = [];
  for (const [cohort, units] of indexByCohort(index)) {
    heartbeat(cohort);
    const sets = await trainedSets(home, units);
    teacher.add(sets.teacher);
    const { permuted, studentPlacebo } = sets;
    placebo.add(
      concatPredictions([sets.placebo, permuted, studentPlacebo].filter((set) => set !== undefined)),
    );
    student.add(sets.student);
    for (const set of [sets.teacher, sets.student, permuted, sets.placebo])
      if (set !== undefined) keys.all.add(set);
    keys.placebo.add(sets.placebo);
    if (sets.variants !== undefined) variants.push(sets.variants);
  }
  const put = (file: string, writer: PredictionsWriter): Promise<FileRef> =>
    writeRef(home, file, writer.finish(), writer.rows);
  heartbeat('writing');
  const joined = joinVariants(variants);
  const choices = await joinChoices(home, [...index.priors, ...index.students]);
  return {
    predictions: await put(home.predictions(runId), teacher),
    placebo: await put(home.placeboPredictions(runId), placebo),
    student: await put(home.studentPredictions(runId), student),
    ...(joined === undefined
      ? {}
      : {
          variants: await writeRef(
            home,
            home.studentVariants(runId),
            encodeVariants(joined),
            joined.plain.score.length,
          ),
        }),
    importance: await joinImportance(
      home,
      index.real,
      path.join(home.metrics(runId), 'feature_importance.json'),
    ),
    ...(choices.date.length === 0
      ? {}
      : {
          choiceReturns: await writeRef(
            home,
            home.choiceReturns(runId),
            encodeChoiceReturns(choices),
            choices.date.length,
          ),
        }),
    ...(ingest === undefined ? {} : { market: await gatherMarket(home, config, ingest, keys, loadTable) }),
  };
}

/** The variants of all cohorts, in the order of the students' forward rows. */
function joinVariants(parts: readonly VariantRows[]): VariantRows | undefined {
  if (parts.length === 0) return undefined;
  const joined = (variant: StudentVariant, output: 'probability' | 'score'): number[] =>
    new Array<number>().concat(...parts.map((part) => [...part[variant][output]]));
  return byName(STUDENT_VARIANTS, (variant) => ({
    probability: joined(variant, 'probability'),
    score: joined(variant, 'score'),
  }));
}
