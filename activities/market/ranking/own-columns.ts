import type { BarSeries } from '../../../data/bars/series.js';
import { square } from '../../../data/math/square.js';
import { log } from '../../../data/math/log.js';
import { rollingHighest, rollingLowest, rollingMean, unknownColumn } from '../columns/rolling.js';
import { MOMENTUM, PART_LAGS, RANK_NAMES, RESIDUAL_LAGS, YEAR_BARS, rankColumn } from './rank-features.js';

/** What the features compute anyway, a value per bar. */
export interface SharedColumns {
  readonly logClose: Float64Array;
  /** Log return. */
  readonly return1: Float64Array;
  /** Standard deviation of log returns over 20 bars. */
  readonly deviation20: Float64Array;
  /** The same over 60 bars. */
  readonly deviation60: Float64Array;
  /** ln(1 + volume). */
  readonly logVolume: Float64Array;
  /** Distance of `logVolume` from its mean over 20 bars, in standard deviations. */
  readonly volumeScore: Float64Array;
}

/** 4 ln 2, of Parkinson's estimator. */
const PARKINSON = 4 * log(2);
/** The deviation of a constant window is a rounding error, not exactly zero. */
const CONSTANT = 1e-9;

/**
 * The rank features of a symbol's own bars, row-major [rows × K], before they are compared: those that need other
 * symbols hold what they are computed from. The columns of the market residuals have the symbol's log returns, that of
 * the factor sum has the log return over 5 bars; the other residuals, the slope and the idiosyncratic volatility are NaN.
 * NaN where there are too few bars before.
 *
 * @param series Adjusted bars.
 */
export function ownRankCells(series: BarSeries, shared: SharedColumns): Float32Array {
  const { high, low, close } = series;
  const { logClose, return1, deviation20, deviation60, volumeScore } = shared;
  const columns = new Map<string, Float64Array>();
  for (const lag of RESIDUAL_LAGS) columns.set(`market_residual_${lag}`, changeOver(logClose, lag, 0));
  columns.set('factor_sum', changeOver(logClose, 5, 0));
  columns.set('momentum_12_1', changeOver(logClose, MOMENTUM.from, MOMENTUM.to));
  addParts(columns, series, logClose);
  addVolumes(columns, series, shared);

  const ranges = high.map((top, bar) => square(log(top / (low[bar] ?? NaN))));
  columns.set(
    'parkinson_20',
    rollingMean(ranges, 20).map((mean) => Math.sqrt(mean / PARKINSON)),
  );
  const location = close.map((price, bar) => {
    const [top, bottom] = [high[bar] ?? NaN, low[bar] ?? NaN];
    return top === bottom ? 0.5 : (price - bottom) / (top - bottom);
  });
  columns.set('close_location_1', location);
  columns.set('close_location_5', rollingMean(location, 5));
  columns.set('max_return_20', rollingHighest(return1, 20));
  const [top, bottom] = [rollingHighest(high, YEAR_BARS), rollingLowest(low, YEAR_BARS)];
  columns.set(
    'distance_high_252',
    top.map((price, bar) => log((close[bar] ?? NaN) / price)),
  );
  columns.set(
    'distance_low_252',
    bottom.map((price, bar) => log((close[bar] ?? NaN) / price)),
  );
  columns.set('volume_1_20', volumeScore);
  columns.set('volatility_20', deviation20);
  columns.set('volatility_60', deviation60);
  return rowMajor(columns, close.length);
}

/** The parts of a return while the exchange is closed and open, or between two bars and within them. */
function addParts(columns: Map<string, Float64Array>, { open }: BarSeries, logClose: Float64Array): void {
  const logOpen = open.map(log);
  const closed = logOpen.map((price, bar) => (bar === 0 ? NaN : price - (logClose[bar - 1] ?? NaN)));
  const opened = logOpen.map((price, bar) => (logClose[bar] ?? NaN) - price);
  for (const lag of PART_LAGS) {
    columns.set(`overnight_${lag}`, lag === 1 ? closed : rollingMean(closed, lag));
    columns.set(`intraday_${lag}`, lag === 1 ? opened : rollingMean(opened, lag));
  }
}

function addVolumes(
  columns: Map<string, Float64Array>,
  { close, volume }: BarSeries,
  { return1, logVolume }: SharedColumns,
): void {
  const value = close.map((price, bar) => price * (volume[bar] ?? NaN));
  // Where nothing was traded the price impact is not known.
  const impact = value.map((rupees, bar) => (rupees > 0 ? Math.abs(return1[bar] ?? NaN) / rupees : NaN));
  columns.set('amihud_20', rollingMean(impact, 20));
  const longMean = rollingMean(value, 60);
  columns.set(
    'turnover_5_60',
    rollingMean(value, 5).map((mean, bar) => mean / (longMean[bar] ?? NaN)),
  );
  const [week, quarter] = [rollingMean(logVolume, 5), rollingMean(logVolume, 60)];
  columns.set(
    'volume_5_60',
    rollingMean(logVolume.map(square), 60).map((squares, bar) => {
      const mean = quarter[bar] ?? NaN;
      const deviation = Math.sqrt(Math.max(0, squares - mean * mean));
      // The difference of the squares has lost half of the digits.
      return deviation <= 1e-6 * mean ? 0 : ((week[bar] ?? NaN) - mean) / deviation;
    }),
  );
  columns.set('price_volume_correlation_20', rollingCorrelation(close, logVolume, 20));
}

/** Correlation over the last `period` bars; 0 where one of the columns is constant there. */
function rollingCorrelation(x: Float64Array, y: Float64Array, period: number): Float64Array {
  const out = unknownColumn(x.length);
  const [meansX, meansY] = [rollingMean(x, period), rollingMean(y, period)];
  for (let bar = period - 1; bar < x.length; bar += 1) {
    const meanX = meansX[bar] ?? NaN;
    const meanY = meansY[bar] ?? NaN;
    let xx = 0;
    let xy = 0;
    let yy = 0;
    for (let at = bar - period + 1; at <= bar; at += 1) {
      const dx = (x[at] ?? NaN) - meanX;
      const dy = (y[at] ?? NaN) - meanY;
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
    }
    const flat = period * CONSTANT * CONSTANT;
    out[bar] = xx <= flat * meanX * meanX || yy <= flat * meanY * meanY ? 0 : xy / Math.sqrt(xx * yy);
  }
  return out;
}

/** Change from `from` bars ago to `to` bars ago; NaN in the first `from` bars. */
function changeOver(values: Float64Array, from: number, to: number): Float64Array {
  const out = unknownColumn(values.length);
  for (let bar = from; bar < values.length; bar += 1)
    out[bar] = (values[bar - to] ?? NaN) - (values[bar - from] ?? NaN);
  return out;
}

/** Rows that are written together: few enough to stay in the processor's cache. */
const BLOCK = 128;

/** @returns Row-major [rows × K]; columns that are not given are NaN. */
function rowMajor(columns: ReadonlyMap<string, Float64Array>, rows: number): Float32Array {
  const width = RANK_NAMES.length;
  const cells = new Float32Array(rows * width).fill(NaN);
  const placed = [...columns].map(([name, values]) => ({ column: rankColumn(name), values }));
  for (let first = 0; first < rows; first += BLOCK) {
    const end = Math.min(rows, first + BLOCK);
    for (const { column, values } of placed)
      for (let row = first, cell = first * width + column; row < end; row += 1, cell += width)
        cells[cell] = values[row] ?? NaN;
  }
  return cells;
}
