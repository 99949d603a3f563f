import { doublesOf } from '../../data/math/fill-columns.js';
import { barTimeTexts } from '../../data/bars/bar-time.js';
import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import type { ScoreLog, ScoreRow } from '../../data/schemas/score-log.js';
import type { OutcomeDay } from '../../data/schemas/score-outcomes.js';
import { dayIcs } from '../figures/ranking/ranking-day.js';
import { HEADLINE_HORIZON } from '../figures/ranking/ranking-result.js';
import { TOP_SHARE, topPlaces } from '../figures/top-share.js';
import type { FeatureTable, SymbolTable } from '../market/feature-table.js';
import { UNRESOLVED } from '../market/feature-table.js';
import { BASE_RATE_FLOOR, rowLogLoss } from '../stats/log-loss.js';
import { mean } from '../stats/moments.js';
import type { SectionExposures } from '../stats/neutral.js';

/** Share of a date's rows whose outcome must be known before the date counts: a few shares are suspended for weeks. */
const MOST = 0.5;

/** A logged row with what came of it. */
export interface KnownRow {
  readonly probability: number;
  readonly label: number;
}

/** A logged date whose horizon has passed. */
export interface JoinedDay {
  readonly day: OutcomeDay;
  readonly rows: readonly KnownRow[];
}

interface JoinedRow {
  readonly row: ScoreRow;
  readonly own: SymbolTable;
  /** Of the symbol's table. */
  readonly at: number;
}

/**
 * Joins a log with what came: labels and returns from entry as the run's figures have them, from the bars of today.
 *
 * @param table Features and labels by the log's own rule, on bars after its date.
 * @returns Undefined while the horizon of most rows has not passed.
 */
export function joinOutcomes(log: ScoreLog, table: FeatureTable): JoinedDay | undefined {
  const joined = joinRows(log, table);
  const returns = doublesOf(joined, ({ own, at }) => returnOf(own, at));
  const labelled = joined.filter(({ own, at }) => own.touchedAt[at] !== UNRESOLVED);
  const scored = log.rows.filter(({ score, date }) => score !== null && date === log.date).length;
  const known = Math.min(labelled.length, returns.filter((value) => !Number.isNaN(value)).length);
  if (known === 0 || known < MOST * scored) return undefined;

  const score = doublesOf(joined, ({ row }) => row.score ?? NaN);
  const line = { name: 'score', bars: 'market', score, returns: [returns] };
  const [ic] = dayIcs([line], exposuresOf(joined))[0] ?? [];
  const rows = labelled.map(({ row, own, at }) => ({
    probability: row.probability ?? NaN,
    label: own.label[at] ?? NaN,
  }));
  return {
    rows,
    day: {
      date: log.date,
      number: log.number,
      inRun: log.inRun,
      rows: scored,
      known: labelled.length,
      observedRate: mean(rows.map(({ label }) => label)),
      meanProbability: mean(rows.map(({ probability }) => probability)),
      logLoss: mean(rows.map(({ probability, label }) => rowLogLoss(probability, label))),
      baselineLogLoss: baselineOf(labelled),
      rankIc: numberOrNull(ic?.raw),
      neutralIc: numberOrNull(ic?.neutral),
      ...topReturns(score, returns),
      covered: coveredShare(labelled),
    },
  };
}

/** The log's rows of its own date that have a bar of it, by symbol: rows of stale bars are joined with nothing. */
function joinRows(log: ScoreLog, table: FeatureTable): JoinedRow[] {
  const dateOf = barTimeTexts(log.interval);
  const tables = new Map(table.symbols.map((own) => [own.symbol, own]));
  return log.rows.flatMap((row): JoinedRow[] => {
    const own = tables.get(row.symbol);
    if (own === undefined || row.score === null || row.date !== log.date) return [];
    const at = own.time.findLastIndex((minutes) => dateOf(minutes) === log.date);
    return at < 0 ? [] : [{ row, own, at }];
  });
}

function returnOf({ outcomes }: SymbolTable, at: number): number {
  return outcomes.returns[OUTCOME_HORIZONS.indexOf(HEADLINE_HORIZON)]?.[at] ?? NaN;
}

function exposuresOf(joined: readonly JoinedRow[]): SectionExposures {
  const of = (name: 'volatility' | 'beta' | 'tradedValue'): Float64Array =>
    doublesOf(joined, ({ own, at }) => own.exposures[name][at] ?? NaN);
  return {
    volatility: of('volatility'),
    beta: of('beta'),
    tradedValue: of('tradedValue'),
    sector: joined.map(({ own }) => own.sector),
  };
}

function baselineOf(labelled: readonly JoinedRow[]): number | null {
  const losses = labelled.flatMap(({ row, own, at }) =>
    row.baseRate === null ? [] : [rowLogLoss(row.baseRate, own.label[at] ?? NaN, BASE_RATE_FLOOR)],
  );
  return losses.length < labelled.length ? null : mean(losses);
}

/** Mean returns of the top tenth of the scores and of all, over the symbols with a known return. */
function topReturns(
  score: Float64Array,
  returns: Float64Array,
): Pick<OutcomeDay, 'topReturn' | 'marketReturn'> {
  const places = Array.from(returns.keys()).filter((at) => !Number.isNaN(returns[at]));
  const known = doublesOf(places, (at) => returns[at] ?? NaN);
  const top = topPlaces(
    doublesOf(places, (at) => score[at] ?? NaN),
    TOP_SHARE,
  );
  return {
    topReturn: known.length === 0 ? null : mean(Array.from(top, (place) => known[place] ?? NaN)),
    marketReturn: mean(known),
  };
}

function coveredShare(labelled: readonly JoinedRow[]): number | null {
  return mean(
    labelled.flatMap(({ row: { interval }, own, at }) => {
      const value = own.forwardReturn[at] ?? NaN;
      return interval === null ? [] : [value >= interval.low && value <= interval.high ? 1 : 0];
    }),
  );
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
