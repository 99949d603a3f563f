import { readSeries } from '../../data/bars/bar-store.js';
import { formatBarTime } from '../../data/bars/bar-time.js';
import { originsOfBar, readRevisions } from '../../data/bars/fetched-bars.js';
import { barAt, sameValues } from '../../data/bars/merge-series.js';
import type { BarSeries } from '../../data/bars/series.js';
import { loadCalendar } from '../../data/calendar/calendar.js';
import { GurukulError, InvalidInputError } from '../../data/errors.js';
import { didYouMean } from '../../data/text/near-matches.js';
import { decodePredictions } from '../../data/predictions/parquet.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { ProviderResponse, BarRevision } from '../../data/schemas/provider-log.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { IngestManifest, SeriesRecord } from '../../data/schemas/ingest.js';
import { ingestManifestSchema } from '../../data/schemas/ingest.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { refIfExists } from '../../data/store/file-refs.js';
import { isProvider } from '../../data/sources/provider.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { readStored, readStoredJson } from '../../data/store/stored-files.js';
import { trainingConfig } from '../../data/schemas/training-config.js';
import { barSlots } from '../market/bar-slots.js';
import type { FeatureTable } from '../market/feature-table.js';
import { loadFeatureTable } from '../market/load-feature-table.js';
import type { ExplainedContributions } from './explain-contributions.js';
import { explainContributions } from './explain-contributions.js';
import type { ExplainedStudent } from './explain-student.js';
import { explainStudents } from './explain-student.js';
import { explainTeacherRows } from './explain-teacher-rows.js';
import type { ExplainedBars } from './explained-bars.js';
import { explainedBars } from './explained-bars.js';
import { noProbabilityReason } from './no-probability.js';
import type { TrainingRows } from './training-rows.js';
import type { ModelUnits } from './window-model.js';
import { windowModel } from './window-model.js';

/** The lineage of one probability. */
export interface Explanation {
  readonly window: string;
  readonly split: string;
  /** Time of the bar, as in the predictions. */
  readonly date: string;
  readonly probability: number;
  /** Expected relative return: what ranks. */
  readonly score: number;
  /** What moved both numbers; null where an earlier version trained the models. */
  readonly contributions: ExplainedContributions | null;
  /** What its student says of the same row; null where there is none. */
  readonly student: ExplainedStudent | null;
  readonly label: number;
  readonly forwardReturn: number;
  readonly baseRate: number;
  /** The window's line in teacher_runs.jsonl. */
  readonly teacher: Readonly<Record<string, unknown>> | null;
  /** What that teacher learnt from, of its own symbol; null for runs of earlier versions. */
  readonly trainingRows: TrainingRows | null;
  /** What the prior that it departs from learnt its probability from, of all symbols; null as above. */
  readonly priorTrainingRows: TrainingRows | null;
  /** Files of teacher and prior, by role. */
  readonly model: Readonly<Record<string, FileRef>>;
  readonly bars: ExplainedBars;
  readonly series: {
    readonly source: string;
    readonly ref: FileRef;
    /** Line of the bar in the stored CSV; null for stores without lines. */
    readonly line: number | null;
    /** Findings of the ingest about the series. */
    readonly findings: SeriesRecord['findings'];
  };
  /** The provider's response that the bar came with; null for other sources, or if its log is missing. */
  readonly answer: {
    readonly at: string;
    readonly code: string;
    readonly sha256: string | null;
    readonly file: FileRef;
  } | null;
  /** When the provider restated the bar, with its values before and after; in order of time. */
  readonly revisions: readonly Pick<BarRevision, 'at' | 'was' | 'now'>[];
}

const DATE = 'YYYY-MM-DD'.length;
/** Number of symbols named when the requested symbol has no probability. */
const MAX_SYMBOLS = 10;
/** Number of nearby dates named on each side when the requested date has no probability. */
const NEARBY = 3;

/**
 * Every probability that a run's teachers predicted for a symbol on a date (or at a bar's time), each traced back
 * to its model, training rows, bars and source. All files are checked by their digests.
 *
 * @param date ISO date; for 5-minute bars also `YYYY-MM-DDTHH:MM`.
 * @throws InvalidInputError when there is no such probability, with the nearest ones.
 * @throws GurukulError ChecksumMismatch when a file of the run is missing or changed.
 */
export async function explainProbability(
  home: Home,
  config: RunConfig,
  symbol: string,
  date: string,
): Promise<Explanation[]> {
  const content = await readStored(home, home.predictions(config.runId));
  const manifest = await readStoredJson(home, home.ingest(config.runId), ingestManifestSchema);
  if (content === undefined || manifest === undefined)
    throw new InvalidInputError([
      `run ${config.runId} has no predictions yet: wait until its windows are trained and validated`,
    ]);
  const predictions = await decodePredictions(content);
  const own = ownRows(predictions, symbol);
  const record = manifest.series.find((one) => one.symbol === symbol);
  if (record === undefined || record.ref === null)
    throw new GurukulError('ChecksumMismatch', `the run's ingest has no series of ${symbol}`);
  const raw = await readSeries(home, record.ref, symbol, manifest.interval);
  const slots = barSlots(loadCalendar(packageRoot), manifest);
  const rows = own.filter((row) => (predictions.date[row] ?? '').startsWith(date));
  if (rows.length === 0)
    throw new InvalidInputError([
      `the run has no probability for ${symbol} on ${date}${noProbabilityReason(raw, slots, date, config)}; ${nearestText(predictions, own, date)}`,
    ]);
  const barsOf = explainedBars(raw, record, slots, config);
  const ingest = await refIfExists(home, home.ingest(config.runId));
  const tableOf = tableReader(home, config, ingest);
  const studentOf = await explainStudents(home, config, tableOf);
  const rowsOf = explainTeacherRows(home, config, tableOf);
  const explained: Explanation[] = [];
  for (const row of rows) {
    const window = predictions.window[row] ?? '';
    const time = predictions.date[row] ?? '';
    const bar = raw.time.findIndex((minutes) => formatBarTime(minutes, raw.interval).startsWith(time));
    if (bar < 0) throw new GurukulError('ChecksumMismatch', `the stored series has no bar of ${time}`);
    const { units, ...model } = await windowModel(home, config.runId, window);
    const prediction = {
      ...{ symbol, window, date: time },
      split: predictions.split[row] ?? 'forward',
      probability: predictions.probability[row] ?? NaN,
      score: predictions.score[row] ?? NaN,
    };
    const learnt =
      ingest === undefined ? null : await rowsOf(prediction, { teacher: model.teacher, prior: units.prior });
    explained.push({
      ...prediction,
      contributions:
        ingest === undefined ? null : await contributionsOf(home, config, tableOf, units, prediction),
      student: ingest === undefined ? null : await studentOf(prediction),
      label: predictions.label[row] ?? NaN,
      forwardReturn: predictions.forwardReturn[row] ?? NaN,
      baseRate: predictions.baseRate[row] ?? NaN,
      trainingRows: learnt?.teacher ?? null,
      priorTrainingRows: learnt?.prior ?? null,
      ...model,
      bars: barsOf(bar),
      series: {
        source: manifest.source,
        ref: record.ref,
        line: manifest.interval === '1day' ? bar + 2 : null,
        findings: record.findings,
      },
      ...(await originOf(home, manifest.source, raw, bar)),
    });
  }
  return explained;
}

function namesOf(symbols: readonly string[]): string {
  const more = symbols.length - MAX_SYMBOLS;
  const named = symbols.slice(0, MAX_SYMBOLS).join(', ');
  return symbols.length === 0 ? 'no symbol' : more > 0 ? `${named} and ${more} more` : named;
}

/** Rows of a symbol. @throws InvalidInputError when there are none. */
function ownRows(predictions: Predictions, symbol: string): number[] {
  const own = Array.from(predictions.symbol.keys()).filter(
    (row) =>
      predictions.symbol[row] === symbol &&
      predictions.model[row] === 'teacher' &&
      predictions.split[row] !== 'out_of_fold',
  );
  if (own.length === 0) {
    const known = [...new Set(predictions.symbol)].sort();
    throw new InvalidInputError([
      `symbol: the run has no probability for ${symbol}${didYouMean(symbol, known)}; symbols with probabilities: ${namesOf(known)}`,
    ]);
  }
  return own;
}

function nearestText(predictions: Predictions, own: readonly number[], date: string): string {
  const days = [...new Set(own.map((row) => (predictions.date[row] ?? '').slice(0, DATE)))].sort();
  const next = days.findIndex((day) => day > date);
  const near = days.slice(
    Math.max(0, (next < 0 ? days.length : next) - NEARBY),
    next < 0 ? undefined : next + NEARBY,
  );
  return `its probabilities are from ${days[0] ?? ''} to ${days.at(-1) ?? ''}, the nearest dates are ${near.join(', ')}`;
}

type Explain = Awaited<ReturnType<typeof explainContributions>>;
/** By manifest of the shard: a day of 5-minute bars asks 75 times. */
const explainers = new Map<string, Promise<Explain>>();

async function contributionsOf(
  home: Home,
  config: RunConfig,
  tableOf: () => Promise<FeatureTable>,
  { prior, taught }: ModelUnits,
  prediction: Parameters<Explain>[0],
): Promise<ExplainedContributions | null> {
  if (prior === undefined || taught === undefined) return null;
  const key = `${prior.sha256} ${taught.sha256}`;
  const known =
    explainers.get(key) ?? explainContributions(home, config, tableOf, { prior, teacher: taught });
  explainers.set(key, known);
  return (await known)(prediction);
}

/** The run's feature table, read when it is first asked for. */
function tableReader(
  home: Home,
  config: RunConfig,
  ingest: FileRef | undefined,
): () => Promise<FeatureTable> {
  let table: Promise<FeatureTable> | undefined;
  return async () => {
    if (ingest === undefined)
      throw new GurukulError('ChecksumMismatch', `the ingest of run ${config.runId} is missing`);
    table ??= loadFeatureTable(home, ingest, trainingConfig(config), 'real');
    return table;
  };
}

/**
 * The provider's response that brought the bar with the values that the run used, and all revisions of the bar.
 * A run may be older than a revision: then the response is not the newest one.
 */
async function originOf(
  home: Home,
  source: IngestManifest['source'],
  raw: BarSeries,
  bar: number,
): Promise<Pick<Explanation, 'answer' | 'revisions'>> {
  if (!isProvider(source)) return { answer: null, revisions: [] };
  const { symbol, interval } = raw;
  const key = { source, symbol, interval };
  const minutes = raw.time[bar] ?? NaN;
  const origins = await originsOfBar(home, key, minutes);
  const used = origins.find(({ values }) => sameValues(values, barAt(raw, bar)));
  const time = formatBarTime(minutes, interval);
  const revisions = readRevisions(home, key).filter((revision) => revision.bar === time);
  return {
    answer: used === undefined ? null : summaryOf(used.answer),
    revisions: revisions.map(({ at, was, now }) => ({ at, was, now })),
  };
}

function summaryOf({ at, code, sha256, file }: ProviderResponse): Explanation['answer'] {
  return file === null ? null : { at, code, sha256, file };
}
