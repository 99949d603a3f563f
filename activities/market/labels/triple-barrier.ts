import type { BarSeries } from '../../../data/bars/series.js';

/** Barriers around an entry price. */
export interface Barriers {
  readonly price: number;
  /** Distance of the upper barrier above the price, as a positive fraction. */
  readonly upper: number;
  /** Distance of the lower barrier below the price, as a positive fraction. */
  readonly lower: number;
  /** Index of the last bar in which neither counts: those after it are held. */
  readonly before: number;
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
 * The first touch of a horizontal barrier in the bars that are held. The bar of an entry at its close is not one of
 * them, since its high and low precede the entry; that of an entry at its open is.
 *
 * A bar touches the upper barrier where its high reaches it, the lower one where its low does. Where a bar
 * reaches both, an open beyond a barrier decides; otherwise the lower one counts: the order inside a bar is
 * unknown, and the label must not be optimistic.
 *
 * @returns Undefined where neither is touched by then.
 */
export function firstTouch(
  { open, high, low }: Pick<BarSeries, 'open' | 'high' | 'low'>,
  { price, upper, lower, before, last }: Barriers,
): Touch | undefined {
  const ceiling = price * (1 + upper);
  const floor = price * (1 - lower);
  for (let bar = before + 1; bar <= last; bar += 1) {
    const opened = open[bar] ?? NaN;
    if (opened >= ceiling) return { side: 'upper', bar, price: opened };
    if ((low[bar] ?? NaN) <= floor) return { side: 'lower', bar, price: Math.min(opened, floor) };
    if ((high[bar] ?? NaN) >= ceiling) return { side: 'upper', bar, price: ceiling };
  }
  return undefined;
}
