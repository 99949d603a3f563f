import { existsSync } from 'node:fs';
import path from 'node:path';

import { InvalidInputError } from '../errors.js';
import { isFileName, isRelativePath } from '../schemas/relative-path.js';
import { RUN_ID_PATTERN, SYMBOL_PATTERN } from '../schemas/run-choices.js';
import { deferredStore } from './deferred-store.js';
import { refuseEscapingLinks } from './links.js';
import type { Store } from './store.js';

/**
 * The layout of the home folder: the folder that holds everything the program writes (`var/` in the project, or
 * `GURUKUL_HOME`). This class is the only place that knows these paths, and it keeps them inside the home
 * whatever run ids, symbols and references come from outside. All functions return absolute paths.
 *
 * Every function throws InvalidInputError for an invalid name (such as `../../etc`), and if a symbolic link
 * leads out of the home.
 */
export class Home {
  /**
   * @param root Absolute path.
   * @param inside Folders inside a run's own that hold its files.
   * @param store Where what runs leave behind is read and written.
   */
  constructor(
    readonly root: string,
    private readonly inside: readonly string[] = [],
    readonly store: Store = deferredStore(async () => {
      const { openStore } = await import('./open-store.js');
      return openStore(root, process.env);
    }),
  ) {}

  /** The same home, with the files of a run that is trained a second time in a folder apart. */
  again(): Home {
    return new Home(this.root, ['again'], this.store);
  }

  /** The unique name of this home, and the Temporal namespace that serves it. */
  identity = (): string => this.at('home.json');

  /** A daily series, named by its content, so that runs on different sources do not overwrite each other's. */
  barSeries = (symbol: string, interval: string, digest: string): string =>
    this.at('bars', checkedSymbol(symbol), interval, `series-${digest.slice(0, 16)}.csv`);

  /** A 5-minute series: an index and its parts, each named by its content. */
  barIndex = (symbol: string, interval: string, digest: string): string =>
    this.at('bars', symbol, interval, `series-${digest.slice(0, 16)}.json`);
  barPart = (symbol: string, interval: string, quarter: string, digest: string): string =>
    this.barPartIn(this.at('bars', symbol, interval), quarter, digest);
  barPartIn = (folder: string, quarter: string, digest: string): string =>
    path.join(folder, `part-${quarter}-${digest.slice(0, 16)}.parquet`);
  /** All responses of a provider for a symbol: the bars of each response, and two logs. */
  fetchedDir = (source: string, symbol: string, interval: string): string =>
    this.at('fetched', source, checkedSymbol(symbol), interval);
  fetchedAnswers = (source: string, symbol: string, interval: string): string =>
    this.at('fetched', source, checkedSymbol(symbol), interval, 'answers.jsonl');
  fetchedRevisions = (source: string, symbol: string, interval: string): string =>
    this.at('fetched', source, checkedSymbol(symbol), interval, 'revisions.jsonl');
  /** The calls made under one lease of a provider's quota (see lease-log.ts). */
  leaseLog = (provider: string, lease: string): string => this.at('quota', provider, `${lease}.jsonl`);

  /** Feature tables, shared by trainers; may be deleted while none is running. */
  featureTables = (): string => this.at('cache', 'features');
  featureTable = (key: string): string => this.at('cache', 'features', key);

  /** What ingests found in a symbol's files; may be deleted. */
  knownSeries = (symbol: string): string => this.at('cache', 'series', `${checkedSymbol(symbol)}.json`);
  /** What was found in those files of a folder that are of no symbol alone; may be deleted. */
  knownFolder = (key: string): string => this.at('cache', 'folders', `${key}.json`);

  runDir = (run: string): string => this.inRun(run);
  runInput = (run: string): string => this.inRun(run, 'input.json');
  /** The symbols whose bars a resumed run reads again. */
  reread = (run: string): string => this.at('models', run, 'reread.json');
  symbols = (run: string): string => this.inRun(run, 'symbols.json');
  ingestBatch = (run: string, batch: number): string =>
    this.inRun(run, 'ingest', `batch-${String(batch).padStart(4, '0')}.json`);
  teachIndex = (run: string): string => this.inRun(run, 'teach-index.json');
  plan = (run: string): string => this.inRun(run, 'plan.json');
  /** The part of the plan for one cohort. */
  cohortPlan = (run: string, cohort: string): string => this.inRun(run, 'plan', `${cohort}.json`);
  /** Position in `teacher_runs.jsonl` of the windows that the plan skips. */
  planLines = (run: string): string => this.inRun(run, 'plan', 'lines.json');
  /** What telemetry says already of a unit's windows, beside the unit or the note on its lines. */
  toldEvents = (note: string): string => note.replace(/\.json$/, '-events.json');
  ingest = (run: string): string => this.inRun(run, 'ingest.json');
  /** The policy that the run is examined by, as it was when the run was first started. */
  runPolicy = (run: string): string => this.inRun(run, 'policy.json');
  /** Digests of the bars that each cohort depends on. */
  barDigests = (run: string): string => this.inRun(run, 'bar-digests.json');
  /** What a run was computed from, so that the next run can report what has changed. */
  inputs = (run: string): string => this.inRun(run, 'inputs.json');
  coverageJson = (run: string): string => this.at('models', run, 'coverage.json');
  coverageHtml = (run: string): string => this.at('models', run, 'coverage.html');
  coverageTable = (run: string): string => this.at('models', run, 'coverage.csv');
  status = (run: string): string => this.inRun(run, 'status.json');
  teacherRuns = (run: string): string => this.inRun(run, 'teacher_runs.jsonl');
  studentRuns = (run: string): string => this.inRun(run, 'student_runs.jsonl');
  predictions = (run: string): string => this.inRun(run, 'predictions.parquet');
  placeboPredictions = (run: string): string => this.inRun(run, 'placebo_predictions.parquet');
  studentPredictions = (run: string): string => this.inRun(run, 'student_predictions.parquet');
  /** What came after the predicted rows, what scores are made neutral to, and simple factors. */
  outcomes = (run: string): string => this.inRun(run, 'outcomes.parquet');
  studentVariants = (run: string): string => this.inRun(run, 'student_variants.parquet');
  placeboOutcomes = (run: string): string => this.inRun(run, 'placebo_outcomes.parquet');
  exposures = (run: string): string => this.inRun(run, 'exposures.parquet');
  factors = (run: string): string => this.inRun(run, 'factors.parquet');
  /** Figures by date of everything that cohorts chose from. */
  choiceReturns = (run: string): string => this.inRun(run, 'choice_returns.parquet');
  cohortDir = (run: string, cohort: string, arm: 'real' | 'placebo'): string =>
    this.inRun(run, folderOf(arm), cohort);
  shardDir = (run: string, cohort: string, arm: 'real' | 'placebo', shard: number): string =>
    this.inRun(run, folderOf(arm), cohort, shardName(shard));
  /** Which of a cohort's shards are finished. */
  cohortIndex = (run: string, cohort: string): string =>
    this.inRun(run, folderOf('real'), cohort, 'cohort.json');
  studentDir = (run: string, cohort: string, arm: 'real' | 'placebo' = 'real'): string =>
    this.inRun(run, arm === 'real' ? 'students' : 'placebo_students', cohort);
  reproductionDir = (run: string): string => this.inRun(run, 'reproduction');
  /** What the cohort's student predicted on shocked bars. */
  stressDir = (run: string, cohort: string): string => this.inRun(run, 'stress', cohort);
  /** Manifest of a cohort's prior. */
  priorUnit = (run: string, cohort: string, arm: 'real' | 'placebo'): string =>
    path.join(this.cohortDir(run, cohort, arm), 'prior', 'unit.json');
  /** Manifest of a cohort's student. */
  studentUnit = (run: string, cohort: string, arm: 'real' | 'placebo'): string =>
    path.join(this.studentDir(run, cohort, arm), 'unit.json');
  /** Shards that ended without a result, one file per cohort. */
  lostShardsDir = (run: string): string => this.inRun(run, 'lost');
  lostShards = (run: string, cohort: string): string => this.inRun(run, 'lost', `${cohort}.json`);
  /** Position in `teacher_runs.jsonl` of the windows of such a shard; null: of a whole cohort. */
  lostShardLines = (run: string, cohort: string, shard: number | null): string =>
    this.inRun(run, 'plan', `${cohort}-${shard === null ? 'all' : shardName(shard)}.lines.json`);
  /** Crashes of the trainer by shard, and the windows quarantined because of them. */
  troubles = (run: string): string => this.inRun(run, 'troubles');
  shardTroubles = (run: string, cohort: string, shard: number): string =>
    this.inRun(run, 'troubles', cohort, `${shardName(shard)}.json`);
  checkpoints = (run: string): string => this.inRun(run, 'checkpoints');
  metrics = (run: string): string => this.inRun(run, 'validation');
  /** What figures need of a cohort. */
  figuresDir = (run: string, cohort: string): string => this.inRun(run, 'figures', cohort);
  probesDir = (run: string, cohort: string): string => this.inRun(run, 'probes', cohort);
  /** What figures say of each arm. */
  armFigures = (run: string): string => this.inRun(run, 'figures', 'arms');

  /** Index of the runs that have finished a unit, by the unit's key. */
  units = (): string => this.at('units');
  unitHolders = (key: string): string => this.at('units', key.slice(0, 2), key);
  unitHolder = (key: string, run: string): string =>
    this.at('units', key.slice(0, 2), key, `${checkedRun(run)}.json`);

  /** Symbols, codes and former symbols from the last `gurukul symbols refresh`. */
  symbolMaster = (): string => this.at('symbols', 'master.json');
  /** The user's own corporate actions, written by `gurukul actions add`. */
  corporateActions = (): string => this.at('actions', 'corporate-actions.csv');
  /**
   * Telemetry of a run. What does not fit into its first file goes on in the next, `RUN.jsonl.1`: `RUN.1.jsonl`
   * would be the file of a run `RUN.1`.
   */
  telemetry = (run: string, file = 0): string =>
    this.at('telemetry', `${checkedRun(run)}.jsonl${file === 0 ? '' : `.${file}`}`);
  /** The folder of all runs' telemetry. */
  telemetryDir = (): string => this.at('telemetry');
  /** Every configuration that was ever trained in this home. */
  trials = (): string => this.at('trials.jsonl');
  /** The folder of all bundles. */
  bundles = (): string => this.at('release');
  bundle = (run: string): string => this.at('release', `audit_${checkedRun(run)}`);
  /** All decisions on bundles, and the alias `champion`. */
  champions = (): string => this.at('champions');
  decision = (number: number): string => this.at('champions', `${String(number).padStart(6, '0')}.json`);
  champion = (): string => this.at('champions', 'champion.json');
  /** Why a champion in use is to be looked at again. */
  championReview = (number: number): string =>
    this.at('champions', 'reviews', `${String(number).padStart(6, '0')}.json`);
  /** The head of the log of decisions, kept apart from it: the loss of its newest entries is noticed. */
  decisionsHeads = (): string => this.at('keys', 'decisions');
  decisionsHead = (number: number): string =>
    this.at('keys', 'decisions', `${String(number).padStart(6, '0')}.json`);
  /** The home's own rules for examinations and releases; the user writes it. */
  policy = (): string => this.at('policy.json');
  /** Logs of what a bundle's student said of the newest bars, a file a date (see data/scores). */
  scores = (digest: string): string => this.at('scores', digest.slice(0, 16));
  scoreLog = (digest: string, date: string, number: number): string =>
    this.at('scores', digest.slice(0, 16), `${scoreLogName(date)}.${String(number).padStart(3, '0')}.json`);
  /** What came of the scores; derived from the logs and the bars. */
  scoreOutcomes = (): string => this.at('scores', 'outcomes.json');
  keys = (): string => this.at('keys');
  /** The private key that signs this home's bundles, of whichever algorithm; earlier versions named the file after theirs. */
  signingKey = (): string => {
    const earlier = this.at('keys', 'bundle-ed25519.pem');
    return existsSync(earlier) ? earlier : this.at('keys', 'bundle.pem');
  };
  /** The private key of model signatures where that of bundles is not of P-256. */
  modelKey = (): string => this.at('keys', 'model-p256.pem');
  /** The user's credentials for ICICI Direct's Breeze; readable by the user only. */
  breezeCredentials = (): string => this.at('keys', 'breeze.json');
  temporal = (): string => this.at('temporal');
  temporalDatabase = (): string => this.at('temporal', 'temporal.db');
  /** Which version of the program started the embedded server's open runs. */
  temporalProgram = (): string => this.at('temporal', 'program.json');
  temporalServer = (): string => this.at('temporal', 'server.json');
  /** Where the home's processes export their metrics, a file each, for Prometheus's service discovery. */
  metricsTargets = (): string => this.at('metrics');
  metricsTarget = (process: string): string => this.at('metrics', `${process}.json`);
  temporalLog = (): string => this.at('logs', 'temporal-server.log');
  logs = (): string => this.at('logs');

  /** The path relative to the home, with forward slashes, as a FileRef has it. */
  relative(absolute: string): string {
    return path.relative(this.root, absolute).split(path.sep).join('/');
  }

  /** The absolute path of a FileRef's uri. @throws InvalidInputError */
  absolute(uri: string): string {
    if (!isRelativePath(uri))
      throw new InvalidInputError([`${quoted(uri)} is not a path inside the home folder ${this.root}`]);
    return this.confined(path.join(this.root, uri));
  }

  /** Returns the path unchanged if it is inside the home and no symbolic link on it leads out. @throws InvalidInputError */
  confined(absolute: string): string {
    refuseEscapingLinks(this.root, absolute);
    return absolute;
  }

  private inRun(run: string, ...parts: readonly string[]): string {
    return this.at('models', checkedRun(run), ...this.inside, ...parts);
  }

  private at(...parts: readonly string[]): string {
    const invalid = parts.find((part) => !isFileName(part));
    if (invalid !== undefined) throw new InvalidInputError([`${quoted(invalid)} is not a valid file name`]);
    return this.confined(path.join(this.root, ...parts));
  }
}

/** A date, or a time without the colon that no file name may have everywhere. */
function scoreLogName(date: string): string {
  return date.replace(':', '');
}

function shardName(shard: number): string {
  return `shard-${String(shard).padStart(3, '0')}`;
}

function folderOf(arm: 'real' | 'placebo'): string {
  return arm === 'real' ? 'teachers' : 'placebo';
}

function checkedRun(run: string): string {
  if (RUN_ID_PATTERN.test(run)) return run;
  throw new InvalidInputError([
    `${quoted(run)} is not a valid run id. Use 1 to 80 letters, digits, dots, dashes or underscores, ` +
      'starting with a letter or digit',
  ]);
}

function checkedSymbol(symbol: string): string {
  if (SYMBOL_PATTERN.test(symbol)) return symbol;
  throw new InvalidInputError([`${quoted(symbol)} is not an NSE symbol such as RELIANCE or M&M`]);
}

/** A text as a message may show it: short, and with control characters escaped. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

/** The home folder of this process: `GURUKUL_HOME`, or `var` in the project. */
export function homeFromEnv(packageRoot: string, env: NodeJS.ProcessEnv = process.env): Home {
  const configured = env['GURUKUL_HOME'];
  return new Home(
    configured === undefined || configured === '' ? path.join(packageRoot, 'var') : path.resolve(configured),
  );
}
