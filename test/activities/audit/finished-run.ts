import { rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { AuditRequest } from '../../../activities/audit/activities.js';
import { createAuditActivities } from '../../../activities/audit/index.js';
import { createValidateActivities } from '../../../activities/validate/index.js';
import { sampleSymbols } from '../../../activities/market/probes/leakage-sample.js';
import type { Arm } from '../../../activities/market/feature-table.js';
import type { ChoiceReturns } from '../../../data/predictions/choice-returns.js';
import { encodeChoiceReturns } from '../../../data/predictions/choice-returns.js';
import { encodePredictions, predictionCount } from '../../../data/predictions/parquet.js';
import type { Predictions, Split } from '../../../data/predictions/prediction.js';
import { randomStream } from '../../../data/random.js';
import type { Choice } from '../../../data/schemas/choices.js';
import type { FeatureDrift, FeatureImportance } from '../../../data/schemas/features.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import type { Integrity, Probe } from '../../../data/schemas/integrity.js';
import { PROBES } from '../../../data/schemas/integrity.js';
import type { IngestManifest } from '../../../data/schemas/ingest.js';
import type { Plan } from '../../../data/schemas/plan.js';
import { windowLabel } from '../../../data/schemas/plan.js';
import type { RunConfig } from '../../../data/schemas/run-input.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { canonicalJson, sha256 } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { writeLostShards } from '../../../data/store/lost-shards.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { sealUnit } from '../../../data/store/units.js';
import { fixtureMarket } from './fixture-market.js';
import { fixtureStress } from './fixture-stress.js';
import { fixtureStudent } from './fixture-student.js';
import { AUDIT_TASK } from '../../support/audit-task.js';
import { fixturePredictions, weekdays } from '../figures/predictions-fixture.js';

const COHORT = { id: '2022-01-01_to_2022-06-30', start: '2022-01-01', end: '2022-06-30' };
/** The last one fails and one has no beta: enough others for neutral figures, which need 25. */
const SYMBOLS = 28;

/** Options of a synthetic run. */
export interface FinishedRunOptions {
  readonly runId: string;
  /** Strength of the teachers' signal; see `fixturePredictions`. */
  readonly signal?: number;
  readonly dates?: number;
  /** Symbols in a second shard, which was lost. */
  readonly lost?: readonly string[];
  /** Inputs such as the bars folder, which must not appear in a bundle. */
  readonly overrides?: Partial<RunConfig>;
}

export async function freshHome(): Promise<Home> {
  return new Home(await mkdtemp(path.join(tmpdir(), 'gurukul-audit-')));
}

/** Writes everything that a run has written when its audit starts, with the real activities of validate. */
export async function finishedRun(home: Home, options: FinishedRunOptions): Promise<AuditRequest> {
  const { runId, signal = 0.3, dates = 160, lost = [], overrides = {} } = options;
  const config: RunConfig = { ...runInputSchema.parse({ entry: 'next-open' }), ...overrides, runId };
  const fixture = (seed: number, knows: number): Predictions =>
    withoutFailed(fixturePredictions({ seed, dates, symbols: SYMBOLS, signal: knows }));
  const priors = [await priorUnit(home, runId, 'real'), await priorUnit(home, runId, 'placebo')];
  const teacher = fixture(1, signal);
  const drawn = asPlacebo(fixture(2, 0));
  const real = [await unit(home, home.shardDir(runId, COHORT.id, 'real', 0), teacher)];
  const placebo = [await unit(home, home.shardDir(runId, COHORT.id, 'placebo', 0), drawn)];
  const students = [await studentUnit(home, runId, teacher)];
  const index = await writeRef(
    home,
    home.teachIndex(runId),
    canonicalJson({ priors, real, placebo, students }),
    1,
  );
  const plan = await writeRef(home, home.plan(runId), canonicalJson(planOf(lost)), SYMBOLS + 2);
  if (lost.length > 0)
    await writeLostShards(home, runId, COHORT.id, [
      { shard: 1, error: 'TrainerCrashed', message: 'it ended in /home/someone' },
    ]);
  const ingest = await writeRef(home, home.ingest(runId), canonicalJson(ingestOf()), SYMBOLS);
  const integrity = await writeRef(
    home,
    path.join(home.metrics(runId), 'integrity.json'),
    JSON.stringify(integrityOf(config.seed, lost, teacher)),
    0,
  );
  const drift = await writeRef(
    home,
    path.join(home.metrics(runId), 'feature_drift.json'),
    canonicalJson(driftOf()),
    1,
  );
  const validate = createValidateActivities({ home });
  const market = await fixtureMarket(home, runId, teacher, drawn, config.horizon);
  const predicted = await validate.gatherPredictions({ config, index });
  const stressed = await fixtureStress(home, runId, config.seed, {
    student: predicted.student,
    exposures: market.exposures,
  });
  const gathered = { ...predicted, ...stressed, market };
  const figures = await validate.validateRun({ config, ...gathered, drift, trials: 12 });
  return { config, plan, ingest, index, ...gathered, integrity, drift, ...figures };
}

/** Result of an audit: the bundle's folder, its digest, and the number of its files. */
interface Sealed {
  readonly bundle: string;
  readonly digest: string;
  readonly files: number;
}

/** Audits a finished run; returns the activity's result. */
export async function audit(home: Home, request: AuditRequest): Promise<Sealed> {
  return createAuditActivities({ home, packageRoot, task: AUDIT_TASK }).auditBundle(request);
}

/** Homes with one sealed run each, by its options: what every `sealedRun` of this process copies. */
const prepared = new Map<string, Promise<{ readonly home: Home; readonly sealed: Sealed }>>();
/** A home whose keys all of them have, so that a home with copies of several has one signer. */
let withKeys: Promise<Home> | undefined;

/**
 * Gives a home what `finishedRun` and `audit` write there. Equal runs are made once in a process and copied, since most
 * tests need a sealed run and do not ask how it is made. The home must have no keys but those of other sealed runs,
 * and no decisions, which an audit records.
 */
export async function sealedRun(home: Home, options: FinishedRunOptions): Promise<Sealed> {
  const key = canonicalJson(options);
  const made = prepared.get(key) ?? prepare(options);
  prepared.set(key, made);
  const { home: from, sealed } = await made;
  await cp(from.root, home.root, { recursive: true });
  return { ...sealed, bundle: path.join(home.root, from.relative(sealed.bundle)) };
}

async function prepare(options: FinishedRunOptions): Promise<{ home: Home; sealed: Sealed }> {
  withKeys ??= makeKeys();
  const { keys, root } = await withKeys.then((home) => ({ keys: home.keys(), root: home.root }));
  const home = new Home(await mkdtemp(path.join(root, 'sealed-')));
  await cp(keys, home.keys(), { recursive: true });
  return { home, sealed: await audit(home, await finishedRun(home, options)) };
}

/** Makes a home whose first audit gives it keys, and removes it when the process ends. */
async function makeKeys(): Promise<Home> {
  const home = await freshHome();
  process.once('exit', () => rmSync(home.root, { recursive: true, force: true }));
  await audit(home, await finishedRun(home, { runId: 'keys', dates: 12 }));
  return home;
}

async function unit(
  home: Home,
  dir: string,
  predictions?: Predictions,
  more: Readonly<Record<string, FileRef>> = {},
): Promise<FileRef> {
  const write = (name: string, content: string | Uint8Array): Promise<FileRef> =>
    writeRef(home, path.join(dir, name), content, 1);
  const outputs: Record<string, FileRef> = {
    ...more,
    model: await write('model.json', '{"format":"layers-model"}'),
    weights: await write('weights.bin', Uint8Array.of(1, 2, 3)),
  };
  if (predictions !== undefined) {
    outputs['predictions'] = await writeRef(
      home,
      path.join(dir, 'predictions.parquet'),
      encodePredictions(predictions),
      predictionCount(predictions),
    );
    outputs['windows'] = await write('windows.jsonl', windowLines(predictions));
    outputs['importance'] = await write('importance.json', canonicalJson(importanceOf()));
  }
  const summary = { backend: 'tensorflow-2.15.1-cpu-avx2' };
  return sealUnit(home, path.join(dir, 'unit.json'), { key: sha256(dir), outputs, summary });
}

async function priorUnit(home: Home, runId: string, arm: Arm): Promise<FileRef> {
  const dir = path.join(home.cohortDir(runId, COHORT.id, arm), 'prior');
  const choices = canonicalJson(choicesOf());
  const returns = choiceReturnsOf();
  return unit(home, dir, undefined, {
    choices: await writeRef(home, path.join(dir, 'choices.json'), choices, 2),
    ...(arm === 'placebo'
      ? {}
      : {
          choiceReturns: await writeRef(
            home,
            path.join(dir, 'choice_returns.parquet'),
            encodeChoiceReturns(returns),
            returns.date.length,
          ),
        }),
  });
}

/** Of the choice that has figures: 60 sessions, on which the third candidate is better by noise alone. */
function choiceReturnsOf(): ChoiceReturns {
  const random = randomStream([1, 'fixture', 'choice returns']);
  const dates = weekdays('2021-03-01', 60);
  const cells = Array.from({ length: 3 * dates.length }, (_, at) => at);
  return {
    choice: cells.map(() => 'score: ridge'),
    config: cells.map((at) => Math.floor(at / dates.length)),
    date: cells.map((at) => dates[at % dates.length] ?? ''),
    figure: cells.map((at) => (at === 7 ? NaN : 0.02 + 0.1 * random.normal())),
  };
}

/** One choice by figures and one without any. */
function choicesOf(): Choice[] {
  const config = (ridge: number, figure: number | null): Choice['grid'][number] => ({
    config: { ridge },
    figure,
  });
  return [
    {
      what: 'score: ridge',
      grid: [config(1, -0.01), config(10, 0.03), config(100, 0.03)],
      ...{
        rule: 'best',
        standard: 0,
        chosen: 1,
        reason: 'validated',
        rows: 900,
        dates: 40,
        first: '2021-03-01',
        last: '2022-01-31',
      },
    },
    {
      what: 'score: decay',
      grid: [config(1, null), config(2, null)],
      ...{
        rule: 'clearly better',
        standard: 0,
        chosen: 0,
        reason: 'default',
        rows: 0,
        dates: 0,
        first: null,
        last: null,
      },
    },
  ];
}

async function studentUnit(home: Home, runId: string, teachers: Predictions): Promise<FileRef> {
  const dir = home.studentDir(runId, COHORT.id);
  const { model, weights, predictions, inputs, variants, windows } = fixtureStudent(
    COHORT.id,
    teachers,
    FEATURES,
    0.9,
  );
  const write = (name: string, content: string | Uint8Array): Promise<FileRef> =>
    writeRef(home, path.join(dir, name), content, 1);
  const outputs = {
    model: await write('model.json', model),
    weights: await write('weights.bin', weights),
    predictions: await writeRef(
      home,
      path.join(dir, 'predictions.parquet'),
      encodePredictions(predictions),
      predictionCount(predictions),
    ),
    inputs: await write('inputs.parquet', inputs),
    variants: await write('variants.parquet', variants),
    windows: await write('windows.jsonl', windows),
  };
  const summary = { backend: 'tensorflow-2.15.1-cpu-avx2' };
  return sealUnit(home, path.join(dir, 'unit.json'), { key: sha256(dir), outputs, summary });
}

function symbolName(i: number): string {
  return `SYM${String(i).padStart(2, '0')}`;
}

function asPlacebo(predictions: Predictions): Predictions {
  return { ...predictions, model: predictions.model.map(() => 'placebo') };
}

/** Predictions without those of the last symbol, whose window failed. */
function withoutFailed(predictions: Predictions): Predictions {
  const failed = symbolName(SYMBOLS - 1);
  const kept = <T>(column: readonly T[]): T[] =>
    column.filter((_, row) => predictions.symbol[row] !== failed);
  return {
    symbol: kept(predictions.symbol),
    date: kept(predictions.date),
    window: kept(predictions.window),
    model: kept(predictions.model),
    split: kept(predictions.split),
    probability: kept(predictions.probability),
    score: kept(predictions.score),
    label: kept(predictions.label),
    forwardReturn: kept(predictions.forwardReturn),
    baseRate: kept(predictions.baseRate),
  };
}

/** The last symbol's window failed. Lines are in descending order, since readers must not rely on the order. */
function windowLines(predictions: Predictions): string {
  return Array.from({ length: SYMBOLS }, (_, i) => {
    const window = windowLabel(symbolName(i), COHORT.start, COHORT.end);
    if (i === SYMBOLS - 1)
      return { window, status: 'failed', error: 'Diverged', message: 'the loss is not finite' };
    const validation = splitOf(predictions, window, 'validation');
    const forward = splitOf(predictions, window, 'forward');
    return {
      window,
      status: 'succeeded',
      rows: { validation: validation.rows, forward: forward.rows },
      baseRate: { select: validation.baseRate, fit: forward.baseRate },
      logLoss: { validation: validation.logLoss, forward: forward.logLoss },
    };
  })
    .reverse()
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

function splitOf(
  { window, split, probability, label, baseRate }: Predictions,
  name: string,
  part: Split,
): { readonly rows: number; readonly baseRate: number; readonly logLoss: number | null } {
  const rows = [...window.keys()].filter((row) => window[row] === name && split[row] === part);
  const losses = rows.map((row) => {
    const one = probability[row] ?? NaN;
    return -Math.log(label[row] === 1 ? one : 1 - one);
  });
  const logLoss = losses.length === 0 ? null : losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  return { rows: rows.length, baseRate: baseRate[rows[0] ?? -1] ?? 0.3, logLoss };
}

const FEATURES = ['volatility_20', 'gap', 'market_return_5'];

/** Importance for all windows except for the failed one: the first feature matters, the second does not, the third misleads. */
function importanceOf(): FeatureImportance {
  const windows = Array.from({ length: SYMBOLS - 1 }, (_, i) => ({
    window: windowLabel(symbolName(i), COHORT.start, COHORT.end),
    losses: [20_000 + 100 * i, 0, -500],
  }));
  return { features: FEATURES, windows };
}

function driftOf(): FeatureDrift {
  const cohorts = [
    { cohort: COHORT.id, trainRows: 2900, forwardRows: 2900, psi: [0.02, 0.01, 0.6], ks: [0.04, 0.02, 0.3] },
  ];
  return { features: FEATURES, cohorts };
}

function planOf(lost: readonly string[]): Plan {
  const symbols = Array.from({ length: SYMBOLS }, (_, i) => symbolName(i));
  const dates = { start: COHORT.start, end: COHORT.end };
  return {
    windows: SYMBOLS + lost.length + 2,
    trainable: SYMBOLS + lost.length,
    skipped: { insufficient_data: 1, not_listed: 1 },
    failed: {},
    cohorts: [{ ...COHORT, shards: lost.length === 0 ? [symbols] : [symbols, [...lost]] }],
    shards: lost.length === 0 ? 1 : 2,
    items: [
      ...[...symbols, ...lost].map((symbol) => ({
        symbol,
        ...dates,
        status: 'trainable' as const,
        reason: null,
        detail: null,
        bars: 122,
      })),
      {
        symbol: 'LICI',
        ...dates,
        status: 'skipped',
        reason: 'insufficient_data',
        detail: '32 bars',
        bars: 32,
      },
      { symbol: 'NEW<CO>', ...dates, status: 'skipped', reason: 'not_listed', detail: null, bars: 0 },
    ],
  };
}

/** The report of the probes; a synthetic run has no bars to probe. */
function integrityOf(seed: number, lost: readonly string[], teacher: Predictions): Integrity {
  const ofCohorts: readonly Probe[] = ['label_overlap', 'selection', 'index_shift'];
  const symbols = Array.from({ length: SYMBOLS }, (_, i) => symbolName(i));
  return {
    probes: PROBES.map((probe) => ({
      probe,
      claim: 'nothing leaks',
      symbols: ofCohorts.includes(probe) ? [...symbols, ...lost] : sampleSymbols(symbols, seed),
      at: [ofCohorts.includes(probe) ? COHORT.id : '2022-05-03'],
      rows: probe === 'selection' ? teacher.split.filter((part) => part !== 'out_of_fold').length : 100,
      findings: 0,
    })),
    findings: [],
  };
}

function ingestOf(): IngestManifest {
  return {
    source: 'synthetic',
    interval: '1day',
    digest: sha256('all bars'),
    series: Array.from({ length: SYMBOLS }, (_, i) => ({
      symbol: symbolName(i),
      status: 'ok',
      reason: null,
      error: null,
      ref: {
        uri: `bars/${symbolName(i)}/1day/series.csv`,
        sha256: sha256(symbolName(i)),
        bytes: 9,
        rows: 743,
      },
      first: '2020-01-01',
      last: '2024-12-31',
      bars: 1240,
      missingSessions: 2,
      actions: 1,
      findings: [
        { severity: 'warning', code: 'unexplained_jump', message: '/home/someone/bars/SYM.csv:12: a jump' },
      ],
    })),
  };
}

/** A sealed bundle, a copy of it that a test may damage, and a forger who does. */
export interface BundleAndCopy {
  readonly home: Home;
  readonly whole: string;
  readonly copy: string;
  /** File of the forger's key, which does not exist yet. */
  readonly mallory: string;
  /** Content of a file of the copy. */
  readonly contentOf: (file: string) => Promise<Buffer>;
}

/** Gives the tests of a suite a sealed bundle, and copies it afresh before each. @param ready Given the folders. */
export function withBundleCopy(dates: number, ready: (given: BundleAndCopy) => void): void {
  let given: BundleAndCopy;
  before(async () => {
    const home = await freshHome();
    const { bundle: whole } = await sealedRun(home, { runId: 'run_a', dates });
    const copy = path.join(home.root, 'copy');
    const mallory = path.join(home.root, 'mallory.pem');
    given = { home, whole, copy, mallory, contentOf: (file) => readFile(path.join(copy, file)) };
    ready(given);
  });
  beforeEach(async () => {
    await rm(given.copy, { recursive: true, force: true });
    await cp(given.whole, given.copy, { recursive: true });
  });
  after(async () => {
    await rm(given.home.root, { recursive: true });
  });
}
