import type { BarSeries } from '../../bars/series.js';
import { exp } from '../../math/exp.js';
import { log } from '../../math/log.js';
import { square } from '../../math/square.js';
import { randomStream } from '../../random.js';
import type { CorporateAction } from '../../schemas/corporate-action.js';
import { MINUTES_PER_DAY } from '../../time/dates.js';
import { signal } from './signal.js';

/** The parameters of a symbol's bars. */
export interface SymbolDraw {
  readonly seed: number;
  readonly symbol: string;
  /** Day numbers of the sessions since the symbol's listing. */
  readonly sessions: Int32Array;
  /** Strength of the known signal; 0: there is none. */
  readonly strength: number;
  /** Log returns of the market and of the symbol's sector in those sessions. */
  readonly market: Float64Array;
  readonly sector: Float64Array;
  /** The split of the symbol, if it has one. */
  readonly split: (CorporateAction & { readonly day: number }) | undefined;
  /** Sessions without trading, by day number. */
  readonly missing: ReadonlySet<number>;
  /** Whether a session has shorter hours. */
  readonly isSpecial: (day: number) => boolean;
}

const TICK = 0.05;
/** GARCH(1,1) of the symbol's own return: variance = ω + ARCH · r² + GARCH · variance. */
const ARCH = 0.08;
const GARCH = 0.88;
/** Share of a day's return that occurs before the open. */
const OVERNIGHT = 0.3;

/**
 * Daily bars of one symbol, as traded. Its return is the sum of market, sector and own return; the own return has
 * volatility clusters and the known signal (see signal.ts). The standard deviations of own returns are similar (1.4 to
 * 1.8 % per day), so that the volatility of a symbol says little about its label.
 */
export function symbolBars(draw: SymbolDraw): BarSeries {
  const traits = randomStream([draw.seed, 'synthetic', 'traits', draw.symbol]);
  const beta = 0.8 + 0.4 * traits.uniform();
  const deviation = 0.014 + 0.004 * traits.uniform();
  const usualVolume = exp(log(2e5) + 3.5 * traits.uniform());
  // A symbol with a split starts at a high price, so that its price stays well above the tick size.
  const start = exp(log(250) + 2.4 * traits.uniform()) * (draw.split?.priceFactor ?? 1);

  const random = randomStream([draw.seed, 'synthetic', 'bars', draw.symbol]);
  const hidden = signal();
  const { length } = draw.sessions;
  const time = new Int32Array(length);
  const column = (): Float64Array => new Float64Array(length);
  const [opens, highs, lows, closes, volumes] = [column(), column(), column(), column(), column()];
  let bars = 0;
  let variance = square(deviation);
  let logPrice = log(start);
  for (let session = 0; session < length; session += 1) {
    const day = draw.sessions[session] ?? 0;
    const market = draw.market[session] ?? 0;
    const now = Math.sqrt(variance);
    const own = now * (random.normal() + draw.strength * hidden.value());
    const change = beta * market + (draw.sector[session] ?? 0) + own;
    const gap = OVERNIGHT * change + 0.25 * now * random.normal();
    const above = 0.45 * now * Math.abs(random.normal());
    const below = 0.45 * now * Math.abs(random.normal());
    const activity = exp(0.35 * random.normal() + 12 * Math.abs(change));

    const factor = draw.split !== undefined && day >= draw.split.day ? draw.split.priceFactor : 1;
    const open = exp(logPrice + gap) / factor;
    const close = exp(logPrice + change) / factor;
    const shares = usualVolume * activity * factor * (draw.isSpecial(day) ? 0.1 : 1);
    // Price changes in missing sessions appear in the next bar.
    if (!draw.missing.has(day)) {
      time[bars] = day * MINUTES_PER_DAY;
      opens[bars] = toTick(open);
      highs[bars] = toTick(Math.max(open, close) * exp(above));
      lows[bars] = toTick(Math.min(open, close) * exp(-below));
      closes[bars] = toTick(close);
      volumes[bars] = Math.max(1, Math.round(shares));
      bars += 1;
    }
    logPrice += change;
    hidden.push(own / deviation);
    variance = (1 - ARCH - GARCH) * square(deviation) + ARCH * square(own) + GARCH * variance;
  }
  return {
    symbol: draw.symbol,
    interval: '1day',
    time: time.slice(0, bars),
    open: opens.slice(0, bars),
    high: highs.slice(0, bars),
    low: lows.slice(0, bars),
    close: closes.slice(0, bars),
    volume: volumes.slice(0, bars),
  };
}

/** The nearest price on the exchange's tick grid, rounded to two decimals. */
function toTick(price: number): number {
  return Math.round(Math.max(TICK, Math.round(price / TICK) * TICK) * 100) / 100;
}
