import type { Action, Bar } from './bar.js';
import { DAY } from './bar.js';

/** Where a trade begins: at the open or close of the bar after, or at the close of the bar itself. */
export const ENTRIES = ['next-open', 'next-close', 'close'] as const;

/** How labels are made. */
export interface Rule {
  readonly label: 'horizon' | 'triple-barrier';
  readonly horizon: number;
  readonly threshold: number;
  readonly lowerBarrier?: number;
  readonly entry: (typeof ENTRIES)[number];
}

/** The label of a bar; null where it cannot be known. */
export interface TrueLabel {
  readonly label: 0 | 1;
  /** Time of the bar that decides it. */
  readonly decidedAt: number;
  /** Time of the bar that ends the horizon. */
  readonly exitAt: number;
}

/** Bars as a holder would have seen them: prices before an action divided by its factor, volumes multiplied. */
export function adjusted(bars: readonly Bar[], actions: readonly Action[]): Bar[] {
  const last = bars.at(-1)?.time ?? 0;
  const latestFirst = [...actions].filter(({ day }) => day * DAY <= last).sort((a, b) => b.day - a.day);
  return bars.map((bar) => {
    const factor = latestFirst.reduce(
      (all, action) => (bar.time < action.day * DAY ? all * action.factor : all),
      1,
    );
    const price = (value: number): number => (factor === 1 ? value : value / factor);
    return {
      time: bar.time,
      open: price(bar.open),
      high: price(bar.high),
      low: price(bar.low),
      close: price(bar.close),
      volume: bar.volume * factor,
    };
  });
}

/** @param slots Times of all bars that the exchange's sessions have, ascending. */
export function labelsOf(bars: readonly Bar[], slots: readonly number[], rule: Rule): (TrueLabel | null)[] {
  const place = new Map(slots.map((time, at) => [time, at]));
  const byTime = new Map(bars.map((bar) => [bar.time, bar]));
  return bars.map((bar) => {
    const at = place.get(bar.time) ?? NaN;
    const next = byTime.get(slots[at + 1] ?? NaN);
    const price = { close: bar.close, 'next-open': next?.open, 'next-close': next?.close }[rule.entry];
    const first = rule.entry === 'next-close' ? at + 2 : at + 1;
    const held = slots.slice(first, first + rule.horizon).map((time) => byTime.get(time));
    const exit = held[rule.horizon - 1];
    if (price === undefined || exit === undefined) return null;
    if (rule.label === 'horizon') return known(exit.close / price - 1 > rule.threshold, exit.time, exit.time);
    const [ceiling, floor] = [
      price * (1 + rule.threshold),
      price * (1 - (rule.lowerBarrier ?? rule.threshold)),
    ];
    let decided: TrueLabel | undefined;
    for (const later of held) {
      if (later === undefined) return null;
      if (later.open >= ceiling) decided ??= known(true, later.time, exit.time);
      else if (later.low <= floor) decided ??= known(false, later.time, exit.time);
      else if (later.high >= ceiling) decided ??= known(true, later.time, exit.time);
    }
    return decided ?? known(false, exit.time, exit.time);
  });
}

function known(label: boolean, decidedAt: number, exitAt: number): TrueLabel {
  return { label: label ? 1 : 0, decidedAt, exitAt };
}

/** Bars of five minutes from bars of one minute. */
export function fiveMinutes(minutes: readonly Bar[]): Bar[] {
  const bars = new Map<number, Bar>();
  for (const minute of minutes) {
    const time = minute.time - (minute.time % 5);
    const bar = bars.get(time);
    bars.set(
      time,
      bar === undefined
        ? { ...minute, time }
        : {
            ...bar,
            high: Math.max(bar.high, minute.high),
            low: Math.min(bar.low, minute.low),
            close: minute.close,
            volume: bar.volume + minute.volume,
          },
    );
  }
  return [...bars.values()];
}
