import { distinct } from '../cohorts.js';

/** Puts what holdings or dates have into the sessions of the backtest. */
export interface Sessions {
  readonly names: readonly string[];
  /** Mean of the values of each session; null where there is none. NaN does not count. */
  mean(dates: readonly string[], values: ArrayLike<number>): (number | null)[];
  /** The last value of each session; null where there is none, or it is NaN. */
  last(dates: readonly string[], values: ArrayLike<number>): (number | null)[];
}

/** @param dates Of all arms; a time of day may follow the session. */
export function sessionsOf(dates: readonly (readonly string[])[]): Sessions {
  const names = distinct(dates.flatMap((some) => some.map(sessionOf)));
  const place = new Map(names.map((name, at) => [name, at]));
  const placesOf = (some: readonly string[]): number[] =>
    some.map((date) => place.get(sessionOf(date)) ?? -1);
  return {
    names,
    mean: (own, values) => {
      const sums = new Float64Array(names.length);
      const known = new Float64Array(names.length);
      placesOf(own).forEach((at, i) => {
        const value = values[i] ?? NaN;
        if (Number.isNaN(value)) return;
        sums[at] = (sums[at] ?? 0) + value;
        known[at] = (known[at] ?? 0) + 1;
      });
      return Array.from(sums, (sum, at) => (known[at] === 0 ? null : sum / (known[at] ?? NaN)));
    },
    last: (own, values) => {
      const taken = new Array<number | null>(names.length).fill(null);
      placesOf(own).forEach((at, i) => {
        const value = values[i] ?? NaN;
        taken[at] = Number.isNaN(value) ? null : value;
      });
      return taken;
    },
  };
}

function sessionOf(date: string): string {
  return date.slice(0, 'YYYY-MM-DD'.length);
}
