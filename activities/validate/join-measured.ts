import { decodeChoiceReturns } from '../../data/predictions/choice-returns.js';
import type { StressRows } from '../../data/predictions/stress-rows.js';
import { decodeStressRows } from '../../data/predictions/stress-rows.js';
import { concatPredictions } from '../../data/predictions/parquet.js';
import { openPredictions } from '../../data/predictions/by-cohort.js';
import { emptyPredictions } from '../../data/predictions/prediction.js';
import { keysOf } from '../../data/predictions/row-keys.js';
import { decodeVariants } from '../../data/predictions/student-variants.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { FigureOptions } from '../../data/schemas/metrics.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { trainingConfig } from '../../data/schemas/training-config.js';
import { offEventLoop } from '../../data/event-loop.js';
import { readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { commonDates } from '../figures/common-dates.js';
import type { FeatureInputs } from '../figures/feature-figures.js';
import type { Figures, PredictionSets } from '../figures/figures.js';
import { joinFigures } from '../figures/join-figures.js';
import { placeboSets } from '../figures/prediction-sets.js';
import { measureShocks } from '../figures/stress/measure-shocks.js';
import type { GatheredPredictions, MeasuredRun } from './activities.js';
import type { StressedStudent } from '../stress/activities.js';
import { heartbeat } from '../heartbeat.js';
import { stressedRows } from '../market/shocks/stressed-rows.js';
import { readMarket } from './gather-market.js';
import { readPredictions } from './gather-predictions.js';
import type { LoadTable } from './load-table.js';
import { keyedMarket } from './market-rows.js';
import { readArms } from './measure-arm.js';
import { measuredCohorts, readDays } from './measure-cohort.js';

type Files = GatheredPredictions & StressedStudent;

/** A run whose cohorts and arms were measured. */
export interface MeasuredFiles extends Pick<Files, 'choiceReturns' | 'stress' | 'student'> {
  readonly home: Home;
  readonly config: RunConfig;
  readonly measured: MeasuredRun;
  readonly loadTable: LoadTable;
}

/** All figures of a run whose cohorts and arms were measured. */
export async function joinMeasured(
  files: MeasuredFiles,
  options: FigureOptions,
  features: FeatureInputs,
): Promise<Figures> {
  offEventLoop('joinMeasured');
  const { home, config, measured, choiceReturns } = files;
  const dated = await readDays(home, await measuredCohorts(home, config, measured.plan));
  const { events, ...figures } = joinFigures({
    arms: await readArms(home, config.runId),
    days: dated.map(({ days }) => days),
    draws: commonDates(
      dated.map(({ dates }) => dates),
      options,
    ).draws,
    ...{ options, features },
    choiceReturns: choiceReturns && (await decodeChoiceReturns(await readRef(home, choiceReturns))),
  });
  const { holding } = figures.metrics.forward.student.strategy;
  return {
    ...figures,
    stressTests: { events, ...measureShocks(await shockedSets(files), options, holding) },
  };
}

/** The newest student that can be stressed, and the market of its rows and of those on shocked bars. */
async function shockedSets({
  home,
  config,
  measured: { ingest },
  student,
  stress,
  loadTable,
}: MeasuredFiles): Promise<Pick<PredictionSets, 'student' | 'market' | 'stress'>> {
  heartbeat('shocks');
  const all = await openPredictions(await readRef(home, student), 'student');
  const rows = stress === undefined ? undefined : await decodeStressRows(await readRef(home, stress));
  const shocked = rows === undefined ? {} : { stress: rows };
  for (const cohort of [...all.cohorts].reverse()) {
    const own = concatPredictions(await all.read(cohort));
    if (stressedRows(own) === undefined) continue;
    const table = await loadTable({ ingest, config: trainingConfig(config) }, 'real');
    const keys = keysOf(rows === undefined ? [own] : [own, rows]);
    return { student: own, market: keyedMarket(table, keys, config.interval), ...shocked };
  }
  return { student: emptyPredictions(), ...shocked };
}

/** All that figures are computed from, in memory: for requests of earlier versions, whose cohorts nobody measured. */
export async function readSets(
  home: Home,
  { predictions, placebo, student, variants, market, choiceReturns, stress }: Files,
): Promise<PredictionSets> {
  return {
    teacher: await readPredictions(home, predictions, 'teacher'),
    ...placeboSets(await readPredictions(home, placebo, 'placebo')),
    student: await readPredictions(home, student, 'student'),
    ...(variants === undefined ? {} : { variants: await decodeVariants(await readRef(home, variants)) }),
    ...(market === undefined ? {} : { market: await readMarket(home, market) }),
    ...(choiceReturns === undefined
      ? {}
      : { choiceReturns: await decodeChoiceReturns(await readRef(home, choiceReturns)) }),
    ...(await stressOf(home, stress)),
  };
}

async function stressOf(home: Home, ref: FileRef | undefined): Promise<{ readonly stress?: StressRows }> {
  return ref === undefined ? {} : { stress: await decodeStressRows(await readRef(home, ref)) };
}
