import type { BarSeries } from '../../../../data/bars/series.js';

/*
 * Rank features, factors and exposures by their plain formulas, one value at a time: what the table is compared with.
 */

/** Symbols of a market with their sectors and when they are members. */
export interface PlainMarket {
  readonly series: readonly BarSeries[];
  readonly sector: (symbol: string) => string | null;
  readonly isMember: (symbol: string, minutes: number) => boolean;
}

const MAX_MISSED = 3;
/** Equal sums stay equal. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: readonly number[]): number => sum(values) / values.length;
export const deviation = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const covariance = (x: readonly number[], y: readonly number[]): number =>
  mean(x.map((value, at) => (value - mean(x)) * ((y[at] ?? NaN) - mean(y))));

/** (less − greater) / 2n among some values; 0 for an unknown one. */
export function plainRank(value: number, among: readonly number[]): number {
  const known = among.filter((other) => !Number.isNaN(other));
  if (Number.isNaN(value) || known.length === 0) return 0;
  const less = known.filter((other) => other < value).length;
  const greater = known.filter((other) => other > value).length;
  return (less - greater) / (2 * known.length);
}

/** Values of one figure of all symbols at one time, in the market's order; NaN where unknown. */
export type PlainSection = (minutes: number) => number[];

/** Every figure by name. */
export function plainFigures(market: PlainMarket): Map<string, PlainSection> {
  const { series, sector, isMember } = market;
  const times = [...new Set(series.flatMap(({ time }) => [...time]))].sort((a, b) => a - b);
  const placeOf = new Map(times.map((minutes, place) => [minutes, place]));
  const barOf = series.map(({ time }) => new Map([...time].map((minutes, bar) => [minutes, bar])));

  /** A figure of own bars, known where the lookback is there without a long gap. */
  const own =
    (lookback: number, value: (bars: BarSeries, bar: number) => number): PlainSection =>
    (minutes) =>
      series.map((bars, symbol) => {
        const bar = barOf[symbol]?.get(minutes);
        if (bar === undefined || bar < lookback) return NaN;
        const reach = (placeOf.get(minutes) ?? 0) - (placeOf.get(bars.time[bar - lookback] ?? 0) ?? 0);
        return reach > lookback + MAX_MISSED ? NaN : value(bars, bar);
      });
  const last = (column: ArrayLike<number>, bar: number, count: number): number[] =>
    Array.from({ length: count }, (_, back) => column[bar - count + 1 + back] ?? NaN);
  const change = ({ close }: BarSeries, bar: number, lag: number): number =>
    Math.log((close[bar] ?? NaN) / (close[bar - lag] ?? NaN));
  const changes = (bars: BarSeries, bar: number, count: number): number[] =>
    Array.from({ length: count }, (_, back) => change(bars, bar - count + 1 + back, 1));
  const each = (bar: number, count: number, value: (at: number) => number): number[] =>
    Array.from({ length: count }, (_, back) => value(bar - count + 1 + back));

  const membersOnly = (values: readonly number[], minutes: number): number[] =>
    values.map((value, at) => (isMember(series[at]?.symbol ?? '', minutes) ? value : NaN));
  const knownMean = (values: readonly number[]): number =>
    mean(values.filter((value) => !Number.isNaN(value)));
  const returns = new Map(
    [1, 2, 3, 5, 10, 20, 60, 120].map((lag) => [lag, own(lag, (bars, bar) => change(bars, bar, lag))]),
  );
  const returnsOver = (lag: number): PlainSection => returns.get(lag) ?? (() => []);
  const marketMean = (lag: number, minutes: number): number =>
    knownMean(membersOnly(returnsOver(lag)(minutes), minutes));
  const marketReturn = new Map(times.map((minutes) => [minutes, marketMean(1, minutes)]));
  const marketBefore = ({ time }: BarSeries, bar: number, count: number): number[] =>
    last(time, bar, count).map((minutes) => marketReturn.get(minutes) ?? NaN);

  const beta = own(120, (bars, bar) => {
    const [x, y] = [marketBefore(bars, bar, 120), changes(bars, bar, 120)];
    return covariance(x, y) / covariance(x, x);
  });
  const idiosyncratic = own(120, (bars, bar) => {
    const [x, y] = [marketBefore(bars, bar, 120), changes(bars, bar, 120)];
    const slope = covariance(x, y) / covariance(x, x);
    return deviation(y.slice(60).map((value, at) => value - slope * (x[at + 60] ?? NaN)));
  });
  const sectorResidual =
    (lag: number): PlainSection =>
    (minutes) => {
      const values = returnsOver(lag)(minutes);
      const among = membersOnly(values, minutes);
      const ofSector = (name: string | null): number[] =>
        among.filter((value, at) => !Number.isNaN(value) && sector(series[at]?.symbol ?? '') === name);
      const isSmall = (name: string | null): boolean => name === null || ofSector(name).length < 3;
      const others = among.filter(
        (value, at) => !Number.isNaN(value) && isSmall(sector(series[at]?.symbol ?? '')),
      );
      return values.map((value, at) => {
        const name = sector(series[at]?.symbol ?? '');
        const group = isSmall(name) ? others : ofSector(name);
        return value - (group.length < 3 ? knownMean(among) : mean(group));
      });
    };
  const rankOf = (section: PlainSection, minutes: number): number[] => {
    const values = section(minutes);
    return values.map((value) => plainRank(value, membersOnly(values, minutes)));
  };
  const momentum = own(250, (bars, bar) =>
    Math.log((bars.close[bar - 20] ?? NaN) / (bars.close[bar - 250] ?? NaN)),
  );
  const factorSum: PlainSection = (minutes) => {
    const parts = [sectorResidual(1), sectorResidual(3), returnsOver(5)];
    const ranks = [...parts, momentum].map((section) => rankOf(section, minutes));
    return series.map((_, at) =>
      parts.some((section) => Number.isNaN(section(minutes)[at]))
        ? NaN
        : rounded(
            (ranks[3]?.[at] ?? 0) - (ranks[0]?.[at] ?? 0) - (ranks[1]?.[at] ?? 0) - (ranks[2]?.[at] ?? 0),
          ),
    );
  };
  const location = ({ high, low, close }: BarSeries, at: number): number =>
    high[at] === low[at] ? 0.5 : ((close[at] ?? 0) - (low[at] ?? 0)) / ((high[at] ?? 0) - (low[at] ?? 0));
  const logVolume = ({ volume }: BarSeries, at: number): number => Math.log(1 + (volume[at] ?? NaN));
  const value = ({ close, volume }: BarSeries, at: number): number =>
    (close[at] ?? NaN) * (volume[at] ?? NaN);

  const figures: [string, PlainSection][] = [];
  for (const lag of returns.keys()) {
    figures.push([
      `market_residual_${lag}`,
      (minutes) =>
        returnsOver(lag)(minutes).map(
          (own, at) => own - (beta(minutes)[at] ?? NaN) * marketMean(lag, minutes),
        ),
    ]);
    figures.push([`sector_residual_${lag}`, sectorResidual(lag)]);
  }
  for (const lag of [1, 5, 20]) {
    figures.push([
      `overnight_${lag}`,
      own(lag, (bars, bar) =>
        sum(each(bar, lag, (at) => Math.log((bars.open[at] ?? NaN) / (bars.close[at - 1] ?? NaN)))),
      ),
    ]);
    figures.push([
      `intraday_${lag}`,
      own(lag - 1, (bars, bar) =>
        sum(each(bar, lag, (at) => Math.log((bars.close[at] ?? NaN) / (bars.open[at] ?? NaN)))),
      ),
    ]);
  }
  figures.push(
    [
      'amihud_20',
      own(20, (bars, bar) => mean(each(bar, 20, (at) => Math.abs(change(bars, at, 1)) / value(bars, at)))),
    ],
    [
      'parkinson_20',
      own(19, (bars, bar) =>
        Math.sqrt(
          mean(each(bar, 20, (at) => Math.log((bars.high[at] ?? NaN) / (bars.low[at] ?? NaN)) ** 2)) /
            (4 * Math.LN2),
        ),
      ),
    ],
    ['close_location_1', own(0, location)],
    ['close_location_5', own(4, (bars, bar) => mean(each(bar, 5, (at) => location(bars, at))))],
    ['max_return_20', own(20, (bars, bar) => Math.max(...changes(bars, bar, 20)))],
    [
      'distance_high_252',
      own(251, (bars, bar) => Math.log((bars.close[bar] ?? NaN) / Math.max(...last(bars.high, bar, 252)))),
    ],
    [
      'distance_low_252',
      own(251, (bars, bar) => Math.log((bars.close[bar] ?? NaN) / Math.min(...last(bars.low, bar, 252)))),
    ],
    [
      'price_volume_correlation_20',
      own(19, (bars, bar) => {
        const [x, y] = [last(bars.close, bar, 20), each(bar, 20, (at) => logVolume(bars, at))];
        return covariance(x, y) / (deviation(x) * deviation(y));
      }),
    ],
    [
      'volume_1_20',
      own(19, (bars, bar) => {
        const some = each(bar, 20, (at) => logVolume(bars, at));
        return (logVolume(bars, bar) - mean(some)) / deviation(some);
      }),
    ],
    [
      'volume_5_60',
      own(59, (bars, bar) => {
        const some = each(bar, 60, (at) => logVolume(bars, at));
        return (mean(some.slice(-5)) - mean(some)) / deviation(some);
      }),
    ],
    [
      'turnover_5_60',
      own(
        59,
        (bars, bar) =>
          mean(each(bar, 5, (at) => value(bars, at))) / mean(each(bar, 60, (at) => value(bars, at))),
      ),
    ],
    ['idiosyncratic_volatility_60', idiosyncratic],
    ['volatility_20', own(20, (bars, bar) => deviation(changes(bars, bar, 20)))],
    ['volatility_60', own(60, (bars, bar) => deviation(changes(bars, bar, 60)))],
    ['beta_120', beta],
    ['momentum_12_1', momentum],
    ['factor_sum', factorSum],
    ['return_1', returnsOver(1)],
    ['return_5', returnsOver(5)],
    ['traded_value_60', own(59, (bars, bar) => mean(each(bar, 60, (at) => value(bars, at))))],
  );
  return new Map(figures);
}
