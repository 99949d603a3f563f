import { barTimeTexts } from '../../data/bars/bar-time.js';
import { lowerBound, sliceBars } from '../../data/bars/series.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import type { ScoreLog } from '../../data/schemas/score-log.js';
import type { ModelOutcomes, ScoreOutcomes } from '../../data/schemas/score-outcomes.js';
import type { NewScores, StoredScores } from '../../data/scores/score-logs.js';
import { newestOfDates, readScores, recordScores } from '../../data/scores/score-logs.js';
import { signingKey } from '../../data/signing/signing.js';
import { codeVersion } from '../../data/store/code-version.js';
import { writeStoredJson } from '../../data/store/stored-files.js';
import { addDays, dayOfMinutes, isoDate, startOfDate } from '../../data/time/dates.js';
import { columnNames } from '../inference/student-network.js';
import { buildFeatureTable } from '../market/features/build-feature-table.js';
import type { BundledStudent } from './bundled-student.js';
import { newestCohort, readStudent } from './bundled-student.js';
import type { InputReference } from './input-reference.js';
import { inputReference } from './input-reference.js';
import { modelOutcomes, scoreOutcomes } from './model-outcomes.js';
import { newestBars } from './newest-bars.js';
import { scoreIntervals } from './score-intervals.js';
import { scoreRows } from './score-rows.js';
import type { MarketDeps, OtherBars, ScoredMarket } from './scored-market.js';
import { digestBars, lookbackBars, readScoredMarket } from './scored-market.js';
import type { ScoreTarget, ScoringBundle } from './scoring-bundle.js';
import { baseRates, readScoringBundle, sampledInputs, studentPredictions } from './scoring-bundle.js';

export type { ScoreTarget } from './scoring-bundle.js';

/** What is asked of the models. */
export interface ScoreRequest extends OtherBars {
  /** The newest bar may be of this date, ISO. Outcomes are left as they are then: they need the newest bars. */
  readonly asOf?: string;
  /** Only join the logs with what came: nothing is scored. */
  readonly outcomesOnly?: boolean;
}

export interface ScoreDeps extends MarketDeps {
  /** Called between steps, with what comes next: a worker sends a heartbeat and lets others run. */
  readonly onStep?: (step: string) => Promise<void> | void;
}

/** A model's scores of the newest bars. */
export interface ScoredModel extends StoredScores {
  /** False where the same result was in the log already. */
  readonly created: boolean;
  /** Everyone who was a member of the run's universe on any day of it. */
  readonly universe: ReadonlySet<string>;
  /** The newest complete session, ISO. */
  readonly newestSession: string;
  /** About the bars, for a person. */
  readonly remarks: readonly string[];
}

export interface ScoredModels {
  /** In the order of the targets; empty where only outcomes were asked for. */
  readonly scored: readonly ScoredModel[];
  /** What came of earlier scores; null with `asOf`. Those of the champion are written to `scores/outcomes.json`. */
  readonly outcomes: ScoreOutcomes | null;
}

/**
 * Scores the newest bars with the students of some bundles, records what they said, and joins earlier scores with what
 * came since.
 *
 * @param targets The champion first, then those that run beside it; or a run that somebody named.
 * @throws InvalidInputError when a bundle is not whole or not this home's, or the bars do not go with it.
 * @throws GurukulError ChecksumMismatch when a log of scores was changed.
 */
export async function scoreModels(
  targets: readonly ScoreTarget[],
  request: ScoreRequest,
  deps: ScoreDeps,
): Promise<ScoredModels> {
  const scored: ScoredModel[] = [];
  const outcomes: ModelOutcomes[] = [];
  const step = async (text: string): Promise<void> => deps.onStep?.(text);
  for (const target of targets) {
    await step(`reading the bundle of ${target.run}`);
    const bundle = await readScoringBundle(deps, target);
    await step('reading the bars');
    const market = await readScoredMarket(bundle.input, request, request.asOf, deps);
    if (request.outcomesOnly !== true) scored.push(await score(bundle, market, deps, step));
    if (request.asOf !== undefined) continue;
    await step('joining earlier scores with what came');
    outcomes.push(await joined(bundle, market, deps));
  }
  if (request.asOf !== undefined) return { scored, outcomes: null };
  const all = scoreOutcomes(outcomes);
  // A run that somebody looks at does not take the champion's place in the file.
  if (all.champion !== null) await writeStoredJson(deps.home, deps.home.scoreOutcomes(), all);
  return { scored, outcomes: all };
}

async function score(
  bundle: ScoringBundle,
  market: ScoredMarket,
  { home }: ScoreDeps,
  step: (text: string) => Promise<void>,
): Promise<ScoredModel> {
  const { target, files, input, digest } = bundle;
  const { run, role, decision } = target;
  const rule = ruleOf(input);
  const day = isoDate(dayOfMinutes(market.newest));
  const date = barTimeTexts(input.interval)(market.newest);
  const student = readStudent(files, run, newestCohort(files, run, day));
  const reference = await referenceOf(bundle, student);
  const intervalOf = scoreIntervals(await studentPredictions(files));
  await step('features and scores');
  const members = new Set(market.members);
  const bars = newestBars(student, market, rule, run).filter(({ symbol }) => members.has(symbol));
  const { newestSession } = market.dates;
  const rows = scoreRows(market.members, bars, {
    ...{ date, newestSession, reference, intervalOf },
    oldFrom: addDays(student.cohort.end, input.windowDays),
    baseRateOf: baseRates(files, student.cohort),
  });
  const inputs = bars.flatMap((bar) => (bar.scored === null || bar.date !== date ? [] : [bar.scored.inputs]));
  const log: NewScores = {
    format: 'gurukul-scores/1',
    ...{ role, run, decision, date, rule, rows },
    bundleDigest: digest,
    cohort: student.cohort.id,
    source: market.input.source,
    interval: input.interval,
    inRun: day < endOf(input),
    bars: digestBars(market),
    inputs: { names: [...reference.names], tenths: reference.countsOf(inputs) },
    codeVersion: await codeVersion(),
  };
  const stored = await recordScores(home, log, await signingKey(home.signingKey()));
  return { ...stored, universe: market.universe, newestSession, remarks: market.remarks };
}

/** What came of a model's logged scores. */
async function joined(
  bundle: ScoringBundle,
  market: ScoredMarket,
  { home }: ScoreDeps,
): Promise<ModelOutcomes> {
  const { target, files, input, digest } = bundle;
  const logs = newestOfDates(await readScores(home, digest)).map(({ log }) => log);
  const { role, run, decision } = target;
  const last = logs.at(-1);
  const cohort = newestCohort(files, run, last?.date.slice(0, 10) ?? isoDate(dayOfMinutes(market.newest)));
  return modelOutcomes({ role, run, decision, bundleDigest: digest }, logs, {
    table: buildFeatureTable(since(logs, market), ruleOf(input), market),
    reference: await referenceOf(bundle, readStudent(files, run, cohort)),
    seed: input.seed,
  });
}

async function referenceOf({ files }: ScoringBundle, student: BundledStudent): Promise<InputReference> {
  return inputReference(columnNames(student.columns), await sampledInputs(files, student));
}

/** The bars that outcomes and exposures of the logged dates are computed from. */
function since(logs: readonly ScoreLog[], { series, input }: ScoredMarket): ScoredMarket['series'] {
  const first = logs[0];
  if (first === undefined) return [];
  const from = startOfDate(first.date.slice(0, 'YYYY-MM-DD'.length));
  return series.map((bars) => {
    const start = lowerBound(bars.time, from) - lookbackBars(input.interval);
    return sliceBars(bars, Math.max(0, start), bars.time.length);
  });
}

/** End of the bars that the run had, ISO, exclusive. */
function endOf({ to, completeUntil }: RunInput): string {
  return completeUntil !== undefined && completeUntil < to ? completeUntil : to;
}

function ruleOf({ label, horizon, threshold, lowerBarrier, entry }: RunInput): ScoreLog['rule'] & LabelRule {
  return { label, horizon, threshold, entry, ...(lowerBarrier === undefined ? {} : { lowerBarrier }) };
}
