import path from 'node:path';

/**
 * Where everything lies in a home folder (`var/`, or `GURUKUL_HOME`). The only place that spells these
 * names. All functions return absolute paths.
 */
export class Home {
  /** @param root Absolute path of the home folder. */
  constructor(readonly root: string) {}

  /** A stored series is named by its content, so that runs on different sources do not disturb each other. */
  barSeries = (symbol: string, interval: string, digest: string): string =>
    this.at('bars', symbol, interval, `series-${digest.slice(0, 16)}.csv`);

  /** Everything that a provider has answered about a symbol: the bars of each answer, and two logs. */
  fetchedDir = (source: string, symbol: string, interval: string): string =>
    this.at('fetched', source, symbol, interval);
  fetchedAnswers = (source: string, symbol: string, interval: string): string =>
    path.join(this.fetchedDir(source, symbol, interval), 'answers.jsonl');
  fetchedRevisions = (source: string, symbol: string, interval: string): string =>
    path.join(this.fetchedDir(source, symbol, interval), 'revisions.jsonl');

  runDir = (run: string): string => this.at('models', run);
  runInput = (run: string): string => this.at('models', run, 'input.json');
  symbols = (run: string): string => this.at('models', run, 'symbols.json');
  ingestBatch = (run: string, batch: number): string =>
    this.at('models', run, 'ingest', `batch-${String(batch).padStart(4, '0')}.json`);
  teachIndex = (run: string): string => this.at('models', run, 'teach-index.json');
  plan = (run: string): string => this.at('models', run, 'plan.json');
  ingest = (run: string): string => this.at('models', run, 'ingest.json');
  status = (run: string): string => this.at('models', run, 'status.json');
  teacherRuns = (run: string): string => this.at('models', run, 'teacher_runs.jsonl');
  studentRuns = (run: string): string => this.at('models', run, 'student_runs.jsonl');
  predictions = (run: string): string => this.at('models', run, 'predictions.parquet');
  placeboPredictions = (run: string): string => this.at('models', run, 'placebo_predictions.parquet');
  studentPredictions = (run: string): string => this.at('models', run, 'student_predictions.parquet');
  cohortDir = (run: string, cohort: string, arm: 'real' | 'placebo'): string =>
    this.at('models', run, arm === 'real' ? 'teachers' : 'placebo', cohort);
  shardDir = (run: string, cohort: string, arm: 'real' | 'placebo', shard: number): string =>
    path.join(this.cohortDir(run, cohort, arm), `shard-${String(shard).padStart(3, '0')}`);
  /** Which of a cohort's shards are finished. */
  cohortIndex = (run: string, cohort: string): string =>
    path.join(this.cohortDir(run, cohort, 'real'), 'cohort.json');
  studentDir = (run: string, cohort: string): string => this.at('models', run, 'students', cohort);
  checkpoints = (run: string): string => this.at('models', run, 'checkpoints');
  metrics = (run: string): string => this.at('models', run, 'validation');

  /** Symbols, codes and former names as last refreshed. */
  symbolMaster = (): string => this.at('symbols', 'master.json');
  telemetry = (run: string): string => this.at('telemetry', `${run}.jsonl`);
  /** Every configuration this home has ever tried. */
  trials = (): string => this.at('trials.jsonl');
  bundle = (run: string): string => this.at('release', `audit_${run}`);
  /** Where a bundle is put together before it is renamed into its place. */
  bundleStaging = (run: string): string => this.at('release', '.staging', run);
  /** Private key that signs this home's bundles. */
  signingKey = (): string => this.at('keys', 'bundle-ed25519.pem');
  /** The user's credentials for ICICI Direct's Breeze; for nobody else's eyes. */
  breezeCredentials = (): string => this.at('keys', 'breeze.json');
  temporal = (): string => this.at('temporal');
  temporalDatabase = (): string => this.at('temporal', 'temporal.db');
  temporalServer = (): string => this.at('temporal', 'server.json');
  temporalLog = (): string => this.at('logs', 'temporal-server.log');
  logs = (): string => this.at('logs');

  /** The path relative to the home with forward slashes, as it stands in a FileRef. */
  relative(absolute: string): string {
    return path.relative(this.root, absolute).split(path.sep).join('/');
  }

  /** The absolute path of a FileRef's uri. */
  absolute(uri: string): string {
    return path.join(this.root, uri);
  }

  private at(...parts: readonly string[]): string {
    return path.join(this.root, ...parts);
  }
}

/** The home folder of this process: `GURUKUL_HOME`, or `var` in the project. */
export function homeFromEnv(packageRoot: string, env: NodeJS.ProcessEnv = process.env): Home {
  const configured = env['GURUKUL_HOME'];
  return new Home(
    configured === undefined || configured === '' ? path.join(packageRoot, 'var') : path.resolve(configured),
  );
}
