import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import {
  BUNDLE,
  UNCOVERED,
  bundleDigest,
  bundleJson,
  entriesOf,
  studentFile,
} from '../../../activities/audit/bundle-layout.js';
import { statementOf } from '../../../activities/audit/provenance.js';
import { signBundle } from '../../../activities/audit/sign-bundle.js';
import { ingestInMemory } from '../../../activities/ingest/ingest-in-memory.js';
import { barSlots } from '../../../activities/market/bar-slots.js';
import type { FeatureTable, SymbolTable } from '../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import { barsBefore } from '../../../activities/market/load-feature-table.js';
import { membershipOf } from '../../../activities/market/membership.js';
import { sectorsOf } from '../../../activities/market/sectors.js';
import { cohortBounds, windowRows } from '../../../activities/market/splits/splits.js';
import { denseLayer, inputLayer, weighedSum } from '../../../activities/model/export/layers.js';
import { tf } from '../../../activities/model/tensorflow.js';
import { layersModelFiles } from '../../../activities/model/units/layers-model-files.js';
import type { StudentColumns } from '../../../activities/inference/student-network.js';
import { STUDENT_INPUTS } from '../../../activities/inference/student-network.js';
import { studentColumns } from '../../../activities/model/student/network-inputs.js';
import { adjustSeries } from '../../../data/bars/adjust-series.js';
import { barTimeTexts } from '../../../data/bars/bar-time.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { seriesText } from '../../../data/bars/series-text.js';
import { appendDecision } from '../../../data/decisions/decisions.js';
import { encodePredictions } from '../../../data/predictions/parquet.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import { encodeStudentInputs } from '../../../data/predictions/student-inputs.js';
import { sampledRows } from '../../../data/predictions/student-sample.js';
import { randomStream } from '../../../data/random.js';
import type { BundleIngest } from '../../../data/schemas/bundle.js';
import { bundleConfigSchema } from '../../../data/schemas/bundle.js';
import { windowLabel } from '../../../data/schemas/plan.js';
import type { RunConfig } from '../../../data/schemas/run-input.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { cohortDates } from '../../../data/schemas/training-config.js';
import type { ProviderName } from '../../../data/sources/provider.js';
import { modelKey } from '../../../data/signing/model-key.js';
import { publicKeyPem, signingKey } from '../../../data/signing/signing.js';
import { sha256 } from '../../../data/store/digests.js';
import { writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { startOfDate } from '../../../data/time/dates.js';
import { barsWithoutSignal } from '../leaks/bars-without-signal.js';
import { calendar } from '../../support/bars.js';

const RUN = 'sealed';
/** Bars are to be had until then; the run had those until 2022-01-01. */
export const LAST = '2022-06-30';
const COHORTS = ['2021-01-01_to_2021-05-01', '2021-05-01_to_2021-08-29', '2021-08-29_to_2021-12-27'];
const SYMBOLS = 12;
const BARS = sha256('bars');

/** A run with a sealed bundle, on a folder of bars. */
export interface SealedRun {
  readonly home: Home;
  readonly run: string;
  readonly bars: string;
  readonly symbols: readonly string[];
  /** A member of its universe until 2022-03-01. */
  readonly former: string;
  /** The students' forward predictions, as TensorFlow computes them. */
  readonly predictions: Predictions;
  readonly digest: string;
  /** Puts bars before a day into the folder. */
  readonly putBars: (symbol: string, until: string, change?: (bars: BarSeries) => BarSeries) => void;
}

/** A home whose bars come from a provider. */
export interface ProvidedBars {
  readonly home: Home;
  readonly source: ProviderName;
  /** Brings the bars that the run needs into the home. */
  readonly fetch: (config: RunConfig, series: readonly BarSeries[]) => Promise<void>;
}

/**
 * Seals a bundle with students that were never trained: random layers of all inputs, whose forward predictions are made
 * by TensorFlow from the run's feature table. Everything else in it is what scoring needs.
 *
 * @param provided Absent: the bars are files of a folder.
 */
export async function sealedRun(provided?: ProvidedBars): Promise<SealedRun> {
  const home = provided?.home ?? new Home(mkdtempSync(path.join(os.tmpdir(), 'gurukul-score-')));
  const bars = path.join(home.root, 'folder');
  mkdirSync(bars);
  const series = await barsWithoutSignal(5, SYMBOLS, LAST);
  const symbols = series.map(({ symbol }) => symbol);
  const former = symbols[3] ?? '';
  const putBars: SealedRun['putBars'] = (symbol, until, change = (own) => own) => {
    const own = series.find((one) => one.symbol === symbol);
    if (own === undefined) throw new RangeError(`no bars of ${symbol}`);
    const some = sliceBars(own, 0, lowerBound(own.time, startOfDate(until)));
    writeFileSync(path.join(bars, `${symbol}.csv`), seriesText(change(some)));
  };
  for (const symbol of symbols) putBars(symbol, LAST);
  const universe = path.join(home.root, 'universe.csv');
  const lines = symbols.map(
    (symbol, at) => `${symbol},Sector ${at % 3},2019-01-01,${symbol === former ? '2022-03-01' : ''}`,
  );
  writeFileSync(universe, `symbol,industry,from,to\n${lines.join('\n')}\n`);
  const config: RunConfig = {
    ...runInputSchema.parse({
      ...(provided === undefined ? { source: 'csv', bars } : { source: provided.source }),
      ...{ universe, adjust: 'none', entry: 'next-open', membership: 'point-in-time' },
      ...{ from: '2021-01-01', to: '2022-01-01', windowDays: 120, completeUntil: '2022-01-01' },
    }),
    runId: RUN,
  };
  await provided?.fetch(config, series);
  const table = await tableOf(home, config);
  const files = new Map<string, Uint8Array>();
  const predictions = emptyPredictions();
  const teachers: string[] = [];
  for (const [number, id] of COHORTS.entries()) {
    const own = await student(table, config, id, number);
    for (const [name, content] of own.files) files.set(name, content);
    append(predictions, own.predictions);
    teachers.push(...own.lines);
  }
  files.set(BUNDLE.student, encodePredictions(predictions));
  files.set(BUNDLE.teachers, Buffer.from(`${teachers.join('\n')}\n`));
  const digest = await seal(home, config, symbols, files);
  await writeJson(home.runInput(RUN), { ...config, runId: RUN });
  return { home, run: RUN, bars, symbols, former, predictions, digest, putBars };
}

/** Makes a run champion, by a decision about a digest. */
export async function approveSealed({ home, run, digest }: SealedRun, of = digest): Promise<void> {
  const decision = {
    ...{ run, bundle: home.relative(home.bundle(run)), bundleDigest: of, verdict: 'approved' as const },
    ...{ by: 'a reviewer', reason: 'a test', at: '2022-01-03T00:00:00.000Z', id: `request-${of}` },
  };
  await appendDecision(home, decision, await signingKey(home.signingKey()));
}

async function tableOf(home: Home, config: RunConfig): Promise<FeatureTable> {
  const manifest = await ingestInMemory(config, { home, packageRoot });
  const series = manifest.series.flatMap((record) => {
    const raw = manifest.bars.get(record.symbol);
    return raw === undefined ? [] : [barsBefore(adjustSeries(raw, record.corporateActions ?? []), config.to)];
  });
  return buildFeatureTable(series, config, {
    slots: barSlots(calendar, manifest),
    membership: membershipOf(manifest.series),
    sectors: sectorsOf(manifest.series),
  });
}

async function student(
  table: FeatureTable,
  config: RunConfig,
  id: string,
  number: number,
): Promise<{
  readonly files: readonly (readonly [string, Uint8Array])[];
  readonly predictions: Predictions;
  readonly lines: readonly string[];
}> {
  const columns = studentColumns(table);
  const random = randomStream(['student', number]);
  const inputs = STUDENT_INPUTS.map((name) => inputLayer(name, columns[name].length));
  const hidden = inputs.map((input, at) =>
    denseLayer(
      `${STUDENT_INPUTS[at] ?? ''}_units`,
      input,
      [0.1, -0.2, 0.3],
      () => 0.2 * random.normal(),
      'tanh',
    ),
  );
  const head = (name: string, scale: number, activation: 'linear' | 'sigmoid'): tf.SymbolicTensor =>
    weighedSum(
      name,
      hidden.map((layer) => ({ columns: layer, weights: [1, 2, 3].map(() => scale * random.normal()) })),
      -0.1 * scale,
      activation,
    );
  const model = tf.model({
    name: 'student',
    inputs,
    outputs: [head('probability', 0.5, 'sigmoid'), head('score', 0.01, 'linear')],
  });
  const split = cohortBounds(table, cohortDates(id), config);
  const dateOf = barTimeTexts('1day');
  const predictions = emptyPredictions();
  const sources: { readonly own: SymbolTable; readonly row: number }[] = [];
  const lines: string[] = [];
  const { start, end } = cohortDates(id);
  for (const [at, own] of table.symbols.entries()) {
    const rows = [...windowRows(own, split).forward];
    const label = windowLabel(own.symbol, start, end);
    const baseRate = 0.2 + at / 100;
    lines.push(
      JSON.stringify({
        symbol: own.symbol,
        window: label,
        status: 'succeeded',
        baseRate: { select: 0.9, fit: baseRate },
      }),
    );
    if (rows.length === 0) continue;
    const [probability, score] = predict(model, columns, own, rows);
    for (const [place, row] of rows.entries()) {
      sources.push({ own, row });
      predictions.symbol.push(own.symbol);
      predictions.date.push(dateOf(own.time[row] ?? 0));
      predictions.window.push(label);
      predictions.model.push('student');
      predictions.split.push('forward');
      predictions.probability.push(probability?.[place] ?? NaN);
      predictions.score.push(score?.[place] ?? NaN);
      predictions.label.push(own.label[row] ?? 0);
      predictions.forwardReturn.push(own.forwardReturn[row] ?? NaN);
      predictions.baseRate.push(baseRate);
    }
  }
  const files = await layersModelFiles(model, { format: 'student/2', ...columns });
  model.dispose();
  return {
    predictions,
    lines,
    files: [
      [studentFile(id, 'model.json'), files['model.json']],
      [studentFile(id, 'weights.bin'), files['weights.bin']],
      [studentFile(id, 'inputs.parquet'), sample(id, predictions, columns, sources)],
    ],
  };
}

function predict(
  model: tf.LayersModel,
  columns: StudentColumns,
  own: SymbolTable,
  rows: readonly number[],
): (Float32Array | undefined)[] {
  return tf.tidy(() => {
    const given = STUDENT_INPUTS.map((name) => {
      const width = columns[name].length;
      const values = rows.flatMap((row) => [...own[name].subarray(row * width, (row + 1) * width)]);
      return tf.tensor2d(values, [rows.length, width]);
    });
    const output = model.predict(given);
    return (Array.isArray(output) ? output : [output]).map((tensor) => Float32Array.from(tensor.dataSync()));
  });
}

function sample(
  id: string,
  predictions: Predictions,
  columns: StudentColumns,
  sources: readonly { readonly own: SymbolTable; readonly row: number }[],
): Uint8Array {
  const rows = sampledRows(id, predictions, predictions.symbol.keys());
  const values = rows.flatMap((at) => {
    const source = sources[at];
    if (source === undefined) return [];
    return STUDENT_INPUTS.flatMap((name) => {
      const width = columns[name].length;
      return [...source.own[name].subarray(source.row * width, (source.row + 1) * width)];
    });
  });
  return encodeStudentInputs({
    symbol: rows.map((row) => predictions.symbol[row] ?? ''),
    date: rows.map((row) => predictions.date[row] ?? ''),
    split: rows.map((row) => predictions.split[row] ?? ''),
    features: STUDENT_INPUTS.flatMap((name) => columns[name].map((column) => `${name}/${column}`)),
    values: Float32Array.from(values),
  });
}

function append(to: Predictions, more: Predictions): void {
  to.symbol.push(...more.symbol);
  to.date.push(...more.date);
  to.window.push(...more.window);
  to.model.push(...more.model);
  to.split.push(...more.split);
  to.probability.push(...more.probability);
  to.score.push(...more.score);
  to.label.push(...more.label);
  to.forwardReturn.push(...more.forwardReturn);
  to.baseRate.push(...more.baseRate);
}

function seriesOf(symbol: string): BundleIngest['series'][number] {
  return {
    ...{ symbol, status: 'ok', reason: null, error: null, sha256: BARS, first: null, last: null },
    ...{ bars: 0, missingSessions: 0, actions: 0, findings: {} },
  };
}

/** Writes the bundle as the audit does. @returns Its digest. */
async function seal(
  home: Home,
  config: RunConfig,
  symbols: readonly string[],
  files: Map<string, Uint8Array>,
): Promise<string> {
  const about = bundleConfigSchema.parse(config);
  files.set(BUNDLE.config, bundleJson(about));
  files.set(
    BUNDLE.ingest,
    bundleJson({ source: config.source, interval: '1day', digest: BARS, series: symbols.map(seriesOf) }),
  );
  files.set(BUNDLE.artifacts, bundleJson({ files: [] }));
  const covered = entriesOf(files);
  const digest = bundleDigest(covered);
  const deflated = { trials: 1, benchmark: null, deflated: null };
  const record = {
    runId: config.runId,
    workflowId: 'run/sealed',
    auditedAt: '2022-01-02T00:00:00.000Z',
    host: 'test',
    node: process.version,
    input: { ...config },
    trials: { run: 1, home: 1, netSharpe: deflated, activeSharpe: deflated },
  };
  const recordFile = bundleJson(record);
  const bundleKey = await signingKey(home.signingKey());
  const keys = { bundle: bundleKey, model: await modelKey(home, bundleKey) };
  const statement = bundleJson(
    statementOf({
      ...{ digest, covered, config: about, barsDigest: BARS, backends: [], cohortBackends: {} },
      ...{ codeVersion: 'code', packageVersion: '0.0.0', record, recordFile },
      modelKey: Buffer.from(publicKeyPem(keys.model)),
    }),
  );
  const all = signBundle(
    new Map<string, Uint8Array>([
      ...files,
      [
        BUNDLE.manifest,
        bundleJson({ format: 'gurukul-audit-bundle/1', digest, covered, uncovered: UNCOVERED }),
      ],
      [BUNDLE.run, recordFile],
      [BUNDLE.statement, statement],
    ]),
    keys,
    config.runId,
  );
  for (const [name, content] of all) {
    const file = path.join(home.bundle(config.runId), name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return digest;
}
