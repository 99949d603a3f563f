import path from 'node:path';

import { InvalidInputError } from '../errors.js';
import { isFileName, isRelativePath } from '../schemas/relative-path.js';
import { RUN_ID_PATTERN, SYMBOL_PATTERN } from '../schemas/run-choices.js';
import { refuseLinksOut } from './links.js';

/**
 * Where everything lies in a home folder (`var/`, or `GURUKUL_HOME`). The only place that spells these
 * names, and so the one that keeps everything inside: whatever run ids, symbols and references come from
 * outside, a path is below the root or there is none. All functions return absolute paths.
 *
 * Every function throws InvalidInputError for a name that is none of ours (`../../etc`), and where a link
 * in the home leads out of it.
 */
export class Home {
  /** @param root Absolute path of the home folder. */
  constructor(readonly root: string) {}

  /** Name of the home that no other has: which Temporal namespace serves it. */
  identity = (): string => this.at('home.json');

  /** A stored series is named by its content, so that runs on different sources do not disturb each other. */
  barSeries = (symbol: string, interval: string, digest: string): string =>
    this.at('bars', checkedSymbol(symbol), interval, `series-${digest.slice(0, 16)}.csv`);

  /** A partitioned series: an index named by its content, beside parts named by theirs. */
  barIndex = (symbol: string, interval: string, digest: string): string =>
    this.at('bars', symbol, interval, `series-${digest.slice(0, 16)}.json`);
  barPart = (symbol: string, interval: string, quarter: string, digest: string): string =>
    this.barPartIn(this.at('bars', symbol, interval), quarter, digest);
  barPartIn = (folder: string, quarter: string, digest: string): string =>
    path.join(folder, `part-${quarter}-${digest.slice(0, 16)}.parquet`);
  /** Everything that a provider has answered about a symbol: the bars of each answer, and two logs. */
  fetchedDir = (source: string, symbol: string, interval: string): string =>
    this.at('fetched', source, checkedSymbol(symbol), interval);
  fetchedAnswers = (source: string, symbol: string, interval: string): string =>
    this.at('fetched', source, checkedSymbol(symbol), interval, 'answers.jsonl');
  fetchedRevisions = (source: string, symbol: string, interval: string): string =>
    this.at('fetched', source, checkedSymbol(symbol), interval, 'revisions.jsonl');
  /** The calls made under one lease of a provider's quota. */
  leaseLog = (provider: string, lease: string): string => this.at('quota', provider, `${lease}.jsonl`);

  /** What symbols' own bars say, kept for the trainers that need it beside each other; may be deleted. */
  featurePartsDir = (): string => this.at('cache', 'features');
  featureParts = (key: string): string => this.at('cache', 'features', `${key}.bin`);

  runDir = (run: string): string => this.inRun(run);
  runInput = (run: string): string => this.inRun(run, 'input.json');
  /** Symbols whose bars a resumed run reads again. */
  reread = (run: string): string => this.at('models', run, 'reread.json');
  symbols = (run: string): string => this.inRun(run, 'symbols.json');
  ingestBatch = (run: string, batch: number): string =>
    this.inRun(run, 'ingest', `batch-${String(batch).padStart(4, '0')}.json`);
  teachIndex = (run: string): string => this.inRun(run, 'teach-index.json');
  plan = (run: string): string => this.inRun(run, 'plan.json');
  /** A cohort's part of the plan. */
  cohortPlan = (run: string, cohort: string): string => this.inRun(run, 'plan', `${cohort}.json`);
  /** Where in `teacher_runs.jsonl` the windows stand that the plan leaves out. */
  planLines = (run: string): string => this.inRun(run, 'plan', 'lines.json');
  ingest = (run: string): string => this.inRun(run, 'ingest.json');
  /** Digests of the bars that each cohort is made from. */
  barDigests = (run: string): string => this.inRun(run, 'bar-digests.json');
  /** What a run was computed from, for the next one to tell what has changed. */
  inputs = (run: string): string => this.inRun(run, 'inputs.json');
  coverageJson = (run: string): string => this.at('models', run, 'coverage.json');
  coverageHtml = (run: string): string => this.at('models', run, 'coverage.html');
  status = (run: string): string => this.inRun(run, 'status.json');
  teacherRuns = (run: string): string => this.inRun(run, 'teacher_runs.jsonl');
  studentRuns = (run: string): string => this.inRun(run, 'student_runs.jsonl');
  predictions = (run: string): string => this.inRun(run, 'predictions.parquet');
  placeboPredictions = (run: string): string => this.inRun(run, 'placebo_predictions.parquet');
  studentPredictions = (run: string): string => this.inRun(run, 'student_predictions.parquet');
  cohortDir = (run: string, cohort: string, arm: 'real' | 'placebo'): string =>
    this.inRun(run, folderOf(arm), cohort);
  shardDir = (run: string, cohort: string, arm: 'real' | 'placebo', shard: number): string =>
    this.inRun(run, folderOf(arm), cohort, shardName(shard));
  /** Which of a cohort's shards are finished. */
  cohortIndex = (run: string, cohort: string): string =>
    this.inRun(run, folderOf('real'), cohort, 'cohort.json');
  studentDir = (run: string, cohort: string): string => this.inRun(run, 'students', cohort);
  /** Shards that ended without a unit, a file a cohort. */
  lostShardsDir = (run: string): string => this.inRun(run, 'lost');
  lostShards = (run: string, cohort: string): string => this.inRun(run, 'lost', `${cohort}.json`);
  /** Where in `teacher_runs.jsonl` the windows of a lost shard stand; null: of a whole cohort. */
  lostShardLines = (run: string, cohort: string, shard: number | null): string =>
    this.inRun(run, 'plan', `${cohort}-${shard === null ? 'all' : shardName(shard)}.lines.json`);
  /** How shards have ended their trainers, and the windows in quarantine for it. */
  troubles = (run: string): string => this.inRun(run, 'troubles');
  shardTroubles = (run: string, cohort: string, shard: number): string =>
    this.inRun(run, 'troubles', cohort, `${shardName(shard)}.json`);
  checkpoints = (run: string): string => this.inRun(run, 'checkpoints');
  metrics = (run: string): string => this.inRun(run, 'validation');

  /** Which runs hold a unit, by its key. */
  unitHolders = (key: string): string => this.at('units', key.slice(0, 2), key);
  unitHolder = (key: string, run: string): string =>
    this.at('units', key.slice(0, 2), key, `${checkedRun(run)}.json`);

  /** Symbols, codes and former names as last refreshed. */
  symbolMaster = (): string => this.at('symbols', 'master.json');
  telemetry = (run: string): string => this.at('telemetry', `${checkedRun(run)}.jsonl`);
  /** Every configuration this home has ever tried. */
  trials = (): string => this.at('trials.jsonl');
  bundle = (run: string): string => this.at('release', `audit_${checkedRun(run)}`);
  /** Where a bundle is put together before it is renamed into its place. */
  bundleStaging = (run: string): string => this.at('release', '.staging', checkedRun(run));
  /** Every decision about a bundle, and the alias `champion`. */
  champions = (): string => this.at('champions');
  decision = (number: number): string => this.at('champions', `${String(number).padStart(6, '0')}.json`);
  champion = (): string => this.at('champions', 'champion.json');
  /** Private key that signs this home's bundles. */
  signingKey = (): string => this.at('keys', 'bundle-ed25519.pem');
  /** The user's credentials for ICICI Direct's Breeze; for nobody else's eyes. */
  breezeCredentials = (): string => this.at('keys', 'breeze.json');
  temporal = (): string => this.at('temporal');
  temporalDatabase = (): string => this.at('temporal', 'temporal.db');
  /** Which program the embedded server's open runs are of. */
  temporalProgram = (): string => this.at('temporal', 'program.json');
  temporalServer = (): string => this.at('temporal', 'server.json');
  temporalLog = (): string => this.at('logs', 'temporal-server.log');
  logs = (): string => this.at('logs');

  /** The path relative to the home with forward slashes, as it stands in a FileRef. */
  relative(absolute: string): string {
    return path.relative(this.root, absolute).split(path.sep).join('/');
  }

  /** The absolute path of a FileRef's uri. */
  absolute(uri: string): string {
    if (!isRelativePath(uri)) throw new InvalidInputError([`${quoted(uri)} is no path inside the home`]);
    return this.confined(path.join(this.root, uri));
  }

  /** The same path, when it lies in the home and no link on its way leads out. */
  confined(absolute: string): string {
    refuseLinksOut(this.root, absolute);
    return absolute;
  }

  private inRun(run: string, ...parts: readonly string[]): string {
    return this.at('models', checkedRun(run), ...parts);
  }

  private at(...parts: readonly string[]): string {
    const odd = parts.find((part) => !isFileName(part));
    if (odd !== undefined) throw new InvalidInputError([`${quoted(odd)} cannot be the name of a file`]);
    return this.confined(path.join(this.root, ...parts));
  }
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
    `${quoted(run)} is no run id: it must be 1 to 80 letters, digits, dots, dashes or underscores, ` +
      'the first a letter or digit',
  ]);
}

function checkedSymbol(symbol: string): string {
  if (SYMBOL_PATTERN.test(symbol)) return symbol;
  throw new InvalidInputError([`${quoted(symbol)} is no NSE symbol, such as RELIANCE or M&M`]);
}

/** As a message may show it: short, and without characters that move a terminal's cursor. */
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
