import { keysOf } from '../../data/predictions/row-keys.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { TeachIndex } from '../../data/schemas/teach-index.js';
import { trainingConfig } from '../../data/schemas/training-config.js';
import type { Home } from '../../data/store/home.js';
import { heartbeat } from '../heartbeat.js';
import type { PredictionSets } from '../figures/figure-rows.js';
import type { MarketRows } from '../figures/market-rows.js';
import { ofModels } from '../figures/prediction-sets.js';
import { joinPredictions, withOutOfFold } from './gather-predictions.js';
import { joinStudents } from './join-students.js';
import type { LoadTable } from './load-table.js';
import { keyedMarket, keyedOutcomes } from './market-rows.js';

/** The predictions of what was trained for one cohort, or for several. */
export async function trainedSets(
  home: Home,
  { real, placebo, students, placeboStudents, priors }: TeachIndex,
): Promise<Omit<PredictionSets, 'market' | 'choiceReturns' | 'stress'>> {
  const trained = await joinPredictions(home, real, 'teacher');
  const { predictions: student, variants } = await joinStudents(home, students);
  return {
    teacher: await withOutOfFold(home, ofModels(trained, ['teacher']), priors),
    permuted: ofModels(trained, ['permuted']),
    placebo: await joinPredictions(home, placebo, 'placebo'),
    student,
    studentPlacebo: await joinPredictions(home, placeboStudents, 'studentPlacebo'),
    ...(variants === undefined ? {} : { variants }),
  };
}

/** Outcomes, exposures and factors of what was predicted, out of the run's feature tables. */
export async function marketOf(
  { teacher, student, permuted, placebo }: Awaited<ReturnType<typeof trainedSets>>,
  { config, ingest }: { readonly config: RunConfig; readonly ingest: FileRef },
  loadTable: LoadTable,
): Promise<Required<MarketRows>> {
  const of = { ingest, config: trainingConfig(config) };
  const real = [teacher, student, ...(permuted === undefined ? [] : [permuted])];
  heartbeat('outcomes');
  const keyed = keyedMarket(await loadTable(of, 'real'), keysOf([...real, placebo]), config.interval);
  heartbeat('outcomes of the placebo');
  const { symbols } = await loadTable(of, 'placebo');
  return { ...keyed, placebo: keyedOutcomes(symbols, keysOf([placebo]), config.interval) };
}
