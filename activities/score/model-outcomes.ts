import { bytesOf, doublesOf } from '../../data/math/fill-columns.js';
import type { ScoreLog } from '../../data/schemas/score-log.js';
import type {
  DailyFigure,
  ModelOutcomes,
  OutcomeDay,
  ScoreOutcomes,
} from '../../data/schemas/score-outcomes.js';
import { stabilityOfCounts } from '../figures/drift.js';
import { replicateMeans } from '../figures/ranking/daily-series.js';
import { HEADLINE_HORIZON } from '../figures/ranking/ranking-result.js';
import type { FeatureTable } from '../market/feature-table.js';
import { MARKET_PREFIX } from '../market/features/relative-features.js';
import { orderScores } from '../stats/auc.js';
import { confidenceInterval, datesPerSession, drawDates } from '../stats/block-bootstrap.js';
import { mean } from '../stats/moments.js';
import { expectedCalibrationError, reliability } from '../stats/reliability.js';
import type { InputReference } from './input-reference.js';
import type { JoinedDay } from './outcome-day.js';
import { joinOutcomes } from './outcome-day.js';

/** Newest logged sessions whose inputs are compared with the reference; with fewer than the second, none are. */
const PSI_SESSIONS = { most: 60, least: 20 } as const;

/** Whose outcomes they are. */
export type OutcomeOwner = Pick<ModelOutcomes, 'role' | 'run' | 'bundleDigest' | 'decision'>;

/** What outcomes are computed with, beside the logs. */
export interface OutcomeContext {
  /** On bars up to today, by the label rule of the model. */
  readonly table: FeatureTable;
  readonly reference: InputReference;
  /** Of the run: draws the bootstrap's blocks. */
  readonly seed: number;
}

/**
 * What came of a model's scores. Dates whose bars the run itself had are listed and counted in no sum: what the run chose
 * may know their outcome.
 *
 * @param logs The newest log of each date, oldest first.
 */
export function modelOutcomes(
  owner: OutcomeOwner,
  logs: readonly ScoreLog[],
  { table, reference, seed }: OutcomeContext,
): ModelOutcomes {
  const fresh = logs.filter(({ inRun }) => !inRun);
  const joined = logs.flatMap((log) => joinOutcomes(log, table) ?? []);
  const counted = joined.filter(({ day }) => !day.inRun);
  const days = counted.map(({ day }) => day);
  const rows = counted.flatMap((one) => one.rows);
  const horizon = Math.max(HEADLINE_HORIZON, ...logs.map(({ rule }) => rule.horizon));
  const perSession = datesPerSession(days.map(({ date }) => date));
  const draws = drawDates(days.length, horizon, seed, 'scores', perSession);
  const daily = (of: (day: OutcomeDay) => number | null): DailyFigure => {
    const series = doublesOf(days, (day) => of(day) ?? NaN);
    const known = series.filter((value) => !Number.isNaN(value));
    return { mean: mean(known), ...confidenceInterval(replicateMeans(series, draws)) };
  };
  const byRow = (of: (day: OutcomeDay) => number | null): number | null => weighedMean(days, of);
  const probability = doublesOf(rows, (row) => row.probability);
  const label = bytesOf(rows, (row) => row.label);
  return {
    ...owner,
    sessions: days.length,
    waiting: fresh.length - days.length,
    rows: rows.length,
    logLoss: byRow(({ logLoss }) => logLoss),
    baselineLogLoss: byRow(({ baselineLogLoss }) => baselineLogLoss),
    ece: expectedCalibrationError(reliability(orderScores(probability), probability, label)),
    rankIc: daily(({ rankIc }) => rankIc),
    neutralIc: daily(({ neutralIc }) => neutralIc),
    topReturn: daily(({ topReturn }) => topReturn),
    covered: byRow(({ covered }) => covered),
    psi: inputDrift(fresh, reference),
    days: joined.map(({ day }: JoinedDay) => day),
  };
}

/** The outcomes of all models: the champion's figures stand at the top, then those of its shadow. */
export function scoreOutcomes(models: readonly ModelOutcomes[]): ScoreOutcomes {
  const champion = models.find(({ role }) => role === 'champion');
  const shadow = models.find(({ role }) => role === 'shadow');
  return {
    format: 'gurukul-score-outcomes/1',
    champion: champion?.decision ?? null,
    ...headOf(champion),
    shadow:
      shadow === undefined || shadow.decision === null
        ? null
        : { decision: shadow.decision, ...headOf(shadow) },
    models: [...models],
  };
}

function headOf(
  model: ModelOutcomes | undefined,
): Pick<ModelOutcomes, 'sessions' | 'psi' | 'ece' | 'neutralIc'> {
  return {
    sessions: model?.sessions ?? 0,
    psi: model?.psi ?? null,
    ece: model?.ece ?? null,
    neutralIc: model?.neutralIc ?? { mean: null, low: null, high: null },
  };
}

/** Mean over the rows of all days; null where a day has none. */
function weighedMean(days: readonly OutcomeDay[], of: (day: OutcomeDay) => number | null): number | null {
  let [sum, count] = [0, 0];
  for (const day of days) {
    const value = of(day);
    if (value === null) continue;
    sum += value * day.known;
    count += day.known;
  }
  return count === 0 ? null : sum / count;
}

/**
 * The largest stability index of an input over the newest logged sessions, compared with the reference. Inputs that are
 * the same for all symbols of a date are left out: a few months have few of their values, which differ by chance.
 */
function inputDrift(logs: readonly ScoreLog[], reference: InputReference): ModelOutcomes['psi'] {
  const same = logs.filter(({ inputs }) => inputs.names.join() === reference.names.join());
  const newest = same.slice(-PSI_SESSIONS.most);
  const sessions = new Set(newest.map(({ date }) => date.slice(0, 'YYYY-MM-DD'.length))).size;
  if (sessions < PSI_SESSIONS.least || reference.rows === 0) return null;
  let worst: { max: number; feature: string } | undefined;
  for (const [column, feature] of reference.names.entries()) {
    if (isOfMarket(feature)) continue;
    const tenths = reference.tenths[column] ?? [];
    const counts = tenths.map((train, bin) => ({
      train,
      forward: newest.reduce((sum, { inputs }) => sum + (inputs.tenths[column]?.[bin] ?? 0), 0),
    }));
    const rows = counts.reduce((sum, { forward }) => sum + forward, 0);
    const psi = stabilityOfCounts(counts, reference.rows, rows);
    if (worst === undefined || psi > worst.max) worst = { max: psi, feature };
  }
  return worst === undefined ? null : { ...worst, sessions };
}

function isOfMarket(input: string): boolean {
  return input.startsWith('state/') || input.startsWith(`features/${MARKET_PREFIX}`);
}
