import type { BarSeries } from '../../../data/bars/series.js';

/** Barriers around the close of a bar. */
export interface Barriers {
  /** How far above the close the upper one lies, as a fraction above 0. */
  readonly upper: number;
  /** How far below the close the lower one lies, as a fraction above 0. */
  readonly lower: number;
  /** Bars after which neither counts any more. */
  readonly horizon: number;
}

/** The first horizontal barrier that is touched. */
export interface Touch {
  readonly side: 'upper' | 'lower';
  /** Index of the bar. */
  readonly bar: number;
  /** Where one would have sold: at the barrier, or at the open where the price jumps over it. */
  readonly price: number;
}

/**
 * The first touch of a horizontal barrier in the `horizon` bars after bar t, whose own high and low are
 * past when its close is known.
 *
 * A bar touches the upper barrier where its high reaches it, the lower one where its low does. Where one
 * bar reaches both, its open decides if it lies beyond a barrier already; else the lower one counts, since
 * what came first inside a bar is not known and the label must not flatter.
 *
 * @returns Undefined where neither is touched in time, or the series ends before.
 */
export function firstTouch(
  { open, high, low, close }: Pick<BarSeries, 'open' | 'high' | 'low' | 'close'>,
  t: number,
  { upper, lower, horizon }: Barriers,
): Touch | undefined {
  const start = close[t] ?? NaN;
  const ceiling = start * (1 + upper);
  const floor = start * (1 - lower);
  const last = Math.min(t + horizon, close.length - 1);
  for (let bar = t + 1; bar <= last; bar += 1) {
    const opened = open[bar] ?? NaN;
    if (opened >= ceiling) return { side: 'upper', bar, price: opened };
    if ((low[bar] ?? NaN) <= floor) return { side: 'lower', bar, price: Math.min(opened, floor) };
    if ((high[bar] ?? NaN) >= ceiling) return { side: 'upper', bar, price: ceiling };
  }
  return undefined;
}
