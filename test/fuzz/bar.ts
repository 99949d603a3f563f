import type { Random } from '../../data/random.js';

/** What the written bars are of. */
export type Kind = '1day' | '5minute' | '1minute';

/** Start of the bar in minutes of the exchange's clock since 1970; 00:00 for daily bars. */
export interface Bar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The columns of a bar that hold numbers. */
export const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;

/** A row as it is written: a null is a cell without a number. */
export interface Row {
  readonly time: number;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly volume: number | null;
  /** The symbol of that day. */
  readonly name: string;
  /** NSE series, in formats that have one. */
  readonly series: string;
}

/** A step of the price: earlier prices are divided by the factor, earlier volumes multiplied by it. */
export interface Action {
  /** Day number of the first session at the new price. */
  readonly day: number;
  readonly factor: number;
}

export const DAY = 1440;

export function dayOf(time: number): number {
  return Math.floor(time / DAY);
}

export function isoDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** One of these. */
export function oneOf<T>(random: Random, items: readonly T[]): T {
  const item = items[random.integer(0, items.length - 1)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}

export function chance(random: Random, share: number): boolean {
  return random.uniform() < share;
}

/** In a random order. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return random.shuffle(items.map((_, at) => at)).flatMap((at) => items.slice(at, at + 1));
}
