import type { FigureOptions } from '../../../data/schemas/metrics.js';
import type { StressEvent } from '../../../data/schemas/stress.js';
import { mean } from '../../stats/moments.js';
import type { PreparedArm } from '../arm.js';
import { coreFigures } from '../arm.js';

/** Days of large market moves on the NSE, with the equal-weight move of large caps. */
const KNOWN_DAYS: readonly { readonly date: string; readonly note: string }[] = [
  { date: '2022-01-24', note: 'fall of 3.3 % before the rate rises' },
  { date: '2022-02-14', note: 'fall of 3.4 % before the war in Ukraine' },
  { date: '2022-02-24', note: 'fall of 5.3 % as the war in Ukraine began' },
  { date: '2024-03-13', note: 'fall of 3.4 %, small and mid caps first' },
  { date: '2024-06-04', note: 'fall of 7.4 % as the general election was counted' },
  { date: '2024-06-05', note: 'rise of 3.9 % on the day after the count' },
  { date: '2024-08-05', note: 'fall of 3.2 % as the yen carry trade unwound' },
];

/** Number of worst and of best dates. */
const EVENTS_EACH_WAY = 5;

/**
 * A model on extreme dates: the worst and best by the mean forward return of all symbols, at least a
 * horizon apart so that one event counts once; and, on real bars, the known shocks, with the rows whose labels
 * span the shock (the `horizon` dates before it).
 */
export function extremeDays(arm: PreparedArm, market: FigureOptions['market']): StressEvent[] {
  const returns = marketReturns(arm);
  const { horizon } = arm;
  const found = (kind: 'worst' | 'best'): StressEvent[] =>
    extremes(returns, kind === 'worst' ? 1 : -1, horizon).map((date) =>
      stressEvent(arm, [date], kind, `${kind} ${horizon}-bar return of all symbols from this date`),
    );
  const known = (market === 'nse' ? KNOWN_DAYS : []).flatMap(({ date, note }) => {
    const spanning = datesSpanning(arm.sample.dates, date, horizon);
    return spanning.length === 0 ? [] : [stressEvent(arm, spanning, 'known', `${date}: ${note}`)];
  });
  return [...found('worst'), ...found('best'), ...known];
}

/**
 * Dates whose labels include a bar of the given day: the `horizon` dates before its first bar and, for intraday
 * bars, the day's own bars except for the last. None when the day is the first one or missing.
 */
function datesSpanning(dates: readonly string[], day: string, horizon: number): number[] {
  const first = dates.findIndex((date) => date.startsWith(day));
  const last = dates.findLastIndex((date) => date.startsWith(day));
  if (first < 1) return [];
  const from = Math.max(0, first - horizon);
  return Array.from({ length: last - from }, (_, i) => from + i);
}

function marketReturns({ sample }: PreparedArm): Float64Array {
  const sums = new Float64Array(sample.dates.length);
  const rows = new Float64Array(sample.dates.length);
  for (let row = 0; row < sample.rows; row += 1) {
    const date = sample.date[row] ?? 0;
    sums[date] = (sums[date] ?? 0) + (sample.forwardReturn[row] ?? 0);
    rows[date] = (rows[date] ?? 0) + 1;
  }
  return sums.map((sum, date) => sum / (rows[date] ?? 1));
}

function extremes(returns: Float64Array, sign: 1 | -1, distance: number): number[] {
  const order = Array.from(returns.keys()).sort(
    (a, b) => sign * ((returns[a] ?? 0) - (returns[b] ?? 0)) || a - b,
  );
  const chosen: number[] = [];
  for (const date of order) {
    if (chosen.length === EVENTS_EACH_WAY) break;
    if (chosen.every((other) => Math.abs(other - date) >= distance)) chosen.push(date);
  }
  return chosen;
}

function stressEvent(
  arm: PreparedArm,
  dates: readonly number[],
  kind: StressEvent['kind'],
  note: string,
): StressEvent {
  const { sample, strategy } = arm;
  const weight = new Int32Array(sample.dates.length);
  for (const date of dates) weight[date] = 1;
  const rows = Array.from(sample.date.keys()).filter((row) => weight[sample.date[row] ?? 0] === 1);
  const core = coreFigures(arm, weight);
  return {
    date: sample.dates[dates[0] ?? 0] ?? '',
    kind,
    note,
    dates: dates.length,
    rows: rows.length,
    marketReturn: mean(rows.map((row) => sample.forwardReturn[row] ?? 0)),
    strategyReturn: mean(strategy.net.filter((_, i) => weight[strategy.date[i] ?? 0] === 1)),
    baseRate: mean(rows.map((row) => sample.label[row] ?? 0)),
    meanProbability: mean(rows.map((row) => sample.probability[row] ?? 0)),
    logLoss: core.logLoss,
    baselineLogLoss: core.baselineLogLoss,
    auc: core.auc,
    rankIc: core.rankIc,
  };
}
