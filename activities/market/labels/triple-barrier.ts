import type { BarSeries } from '../../../data/bars/series.js';

/** Barriers around the close of a bar. */
export interface Barriers {
  /** Distance of the upper barrier above the close, as a positive fraction. */
  readonly upper: number;
  /** Distance of the lower barrier below the close, as a positive fraction. */
  readonly lower: number;
  /** The vertical barrier: index of the last bar in which either counts. */
  readonly last: number;
}

/** The first horizontal barrier that is touched. */
export interface Touch {
  readonly side: 'upper' | 'lower';
  /** Index of the bar. */
  readonly bar: number;
  /** Exit price: the barrier, or the open where the price gaps over it. */
  readonly price: number;
}

/**
 * The first touch of a horizontal barrier after bar t and up to the last bar (not in bar t itself, whose high
 * and low precede its close).
 *
 * A bar touches the upper barrier where its high reaches it, the lower one where its low does. Where a bar
 * reaches both, an open beyond a barrier decides; otherwise the lower one counts: the order inside a bar is
 * unknown, and the label must not be optimistic.
 *
 * @returns Undefined where neither is touched by then.
 */
export function firstTouch(
  { open, high, low, close }: Pick<BarSeries, 'open' | 'high' | 'low' | 'close'>,
  t: number,
  { upper, lower, last }: Barriers,
): Touch | undefined {
  const start = close[t] ?? NaN;
  const ceiling = start * (1 + upper);
  const floor = start * (1 - lower);
  for (let bar = t + 1; bar <= last; bar += 1) {
    const opened = open[bar] ?? NaN;
    if (opened >= ceiling) return { side: 'upper', bar, price: opened };
    if ((low[bar] ?? NaN) <= floor) return { side: 'lower', bar, price: Math.min(opened, floor) };
    if ((high[bar] ?? NaN) >= ceiling) return { side: 'upper', bar, price: ceiling };
  }
  return undefined;
}
