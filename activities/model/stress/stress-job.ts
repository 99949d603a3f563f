import path from 'node:path';

import { barTimeTexts, parseBarTime } from '../../../data/bars/bar-time.js';
import { GurukulError } from '../../../data/errors.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import { decodePredictions } from '../../../data/predictions/parquet.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import type { StressRows } from '../../../data/predictions/stress-rows.js';
import { UNKNOWN_LABEL, emptyStressRows, encodeStressRows } from '../../../data/predictions/stress-rows.js';
import { slotsAhead } from '../../../data/schemas/label-rule.js';
import type { Interval } from '../../../data/schemas/run-choices.js';
import { BAR_SHOCKS } from '../../../data/schemas/shock-ids.js';
import type { BarShock } from '../../../data/schemas/shock-ids.js';
import { readJsonRef, readRef, writeRef } from '../../../data/store/file-refs.js';
import type { Home } from '../../../data/store/home.js';
import type { UnitManifest } from '../../../data/store/units.js';
import { unitManifestSchema } from '../../../data/store/units.js';
import { addDays, startOfDate } from '../../../data/time/dates.js';
import type { StudentNetwork } from '../../inference/student-network.js';
import { readStudentNetwork } from '../../inference/student-network.js';
import { UNRESOLVED } from '../../market/feature-table.js';
import { planShocks } from '../../market/shocks/shock-plan.js';
import { shockedTables } from '../../market/shocks/shocked-table.js';
import { stressedRows } from '../../market/shocks/stressed-rows.js';
import { tailBars } from '../../market/shocks/tail-bars.js';
import type { StressJob, TrainerResult } from '../jobs.js';
import type { JobContext } from '../units/job-context.js';
import type { UnitWork } from '../units/run-unit.js';
import { runUnit } from '../units/run-unit.js';
import { checkReplay } from './check-replay.js';
import type { Forecast, RowOutcome } from './student-forecast.js';
import { rowOutcomes, studentForecast } from './student-forecast.js';

/**
 * Predicts a student's forward rows again, on shocked bars: what its user would have been told. The features are rebuilt
 * from the bars by the code of the training. Files: stress_predictions.parquet, unit.json.
 *
 * @throws GurukulError DataGap when the student has too few forward rows; Bug when it does not predict the same again on
 * bars without a shock; Cancelled.
 */
export async function runStressJob(job: StressJob, context: JobContext): Promise<TrainerResult> {
  const { home } = context;
  const directory = home.stressDir(job.config.runId, job.cohort.id);
  const student = await readJsonRef(home, job.student, unitManifestSchema);
  const digest = (role: string): string | null => student.outputs[role]?.sha256 ?? null;
  const inputs = {
    predictions: digest('predictions'),
    model: digest('model'),
    weights: digest('weights'),
  };
  return runUnit(job, context, directory, inputs, async (checkpoint) => {
    const phase = checkpoint.phase('stress');
    return replay(job, context, directory, student, () => phase.step(() => ({ facts: null, arrays: [] })));
  });
}

async function replay(
  job: StressJob,
  context: JobContext,
  directory: string,
  student: UnitManifest,
  yieldToEvents: () => Promise<void>,
): Promise<UnitWork> {
  const { home } = context;
  const { config, cohort } = job;
  const steps = BAR_SHOCKS.length + 1;
  context.progress({ phase: 'features', step: 0, steps });
  const predictions = await decodePredictions(await fileOf(home, student, 'predictions'), 'student');
  const stressed = stressedRows(predictions);
  if (stressed?.cohort !== cohort.id)
    throw new GurukulError('DataGap', `the student of ${cohort.id} has too few forward rows to be stressed`);
  const network = await networkOf(home, student);
  const { series, slots, membership, sectors } = await context.loadBars(job);
  const start = startOfDate(stressed.sessions[0] ?? cohort.end);
  const end = startOfDate(addDays(stressed.sessions.at(-1) ?? cohort.end, 1));
  const bars = tailBars(series, start, end, Math.max(slotsAhead(config), LONGEST_HELD));
  const sectorOf = (symbol: string): string | null => sectors.get(symbol) ?? null;
  const wanted = stressed.rows.map((row) => ({
    symbol: predictions.symbol[row] ?? '',
    time: timeOf(predictions.date[row] ?? '', config.interval),
  }));
  const dateOf = barTimeTexts(config.interval);
  const plans = planShocks({ ...stressed, sectorOf, seed: config.seed });
  const tables = shockedTables(bars, config, { slots, membership, sectors });

  await yieldToEvents();
  const table = tables.unshocked(stressed.sessions[0] ?? cohort.end);
  const unshocked = studentForecast(network, table, wanted);
  const difference = checkReplay(predictions, stressed.rows, unshocked, rowOutcomes(table, wanted));
  const rows = emptyStressRows();
  for (const [step, id] of BAR_SHOCKS.entries()) {
    context.progress({ phase: 'predict', step: step + 1, steps });
    await yieldToEvents();
    const plan = plans.get(id);
    if (plan === undefined) continue;
    const shocked = tables.shocked(plan);
    // Features look back alone: before the shock a row says what it says without it.
    const since = startOfDate(plan.first);
    const later = [...wanted.keys()].filter((at) => (wanted[at]?.time ?? NaN) >= since);
    const forecasts = [...unshocked];
    const predicted = studentForecast(
      network,
      shocked,
      later.flatMap((at) => wanted[at] ?? []),
    );
    for (const [place, at] of later.entries()) forecasts[at] = predicted[place];
    addRows(rows, id, predictions, stressed.rows, forecasts, rowOutcomes(shocked, wanted), dateOf);
  }
  context.progress({ phase: 'write', step: steps, steps });
  const file = path.join(directory, 'stress_predictions.parquet');
  return {
    outputs: { stress: await writeRef(home, file, encodeStressRows(rows), rows.shock.length) },
    summary: { rows: wanted.length, shocks: [...plans.keys()], difference },
    succeeded: 0,
    failedBy: {},
  };
}

/** Bars after a row that a holding may last, with the entry a bar later. */
const LONGEST_HELD = Math.max(...OUTCOME_HORIZONS) + 1;

function timeOf(date: string, interval: Interval): number {
  const parsed = parseBarTime(date, interval);
  return 'minutes' in parsed ? parsed.minutes : NaN;
}

function addRows(
  rows: StressRows,
  id: BarShock,
  student: Predictions,
  wanted: readonly number[],
  forecasts: readonly (Forecast | undefined)[],
  outcomes: readonly RowOutcome[],
  dateOf: (minutes: number) => string,
): void {
  for (const [at, row] of wanted.entries()) {
    const forecast = forecasts[at];
    const outcome = outcomes[at];
    if (forecast === undefined || outcome === undefined) continue;
    const { label, forwardReturn, entryTime, entryPrice } = outcome;
    const date = student.date[row] ?? '';
    rows.shock.push(id);
    rows.symbol.push(student.symbol[row] ?? '');
    rows.date.push(date);
    rows.probability.push(forecast.probability);
    rows.score.push(forecast.score);
    rows.label.push(Number.isNaN(label) ? UNKNOWN_LABEL : label);
    rows.forwardReturn.push(forwardReturn);
    rows.baseRate.push(student.baseRate[row] ?? NaN);
    rows.entryDate.push(entryTime === UNRESOLVED ? date : dateOf(entryTime));
    rows.entryPrice.push(entryPrice);
    for (const [place, column] of rows.returns.entries()) column.push(outcome.returns[place] ?? NaN);
  }
}

async function networkOf(home: Home, student: UnitManifest): Promise<StudentNetwork> {
  const [model, weights] = [await fileOf(home, student, 'model'), await fileOf(home, student, 'weights')];
  return readStudentNetwork('model.json', model, weights);
}

async function fileOf(home: Home, { outputs }: UnitManifest, role: string): Promise<Uint8Array> {
  const ref = outputs[role];
  if (ref === undefined) throw new GurukulError('ChecksumMismatch', `the student has no file ${role}`);
  return readRef(home, ref);
}
