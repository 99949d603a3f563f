import { isoDate } from '../../../data/time/dates.js';
import type { Choice, Validation } from '../choices/choice.js';
import { distinct } from '../../stats/order.js';
import { daysOf } from './decay.js';
import type { DayFigures } from '../ranking/day-means.js';
import type { FoldRows } from './fold-rows.js';

/** The figures of candidates by day, of the tested rows of the day: higher is better, NaN where undefined. */
export interface ChoiceFigures {
  readonly choice: Choice;
  /** ISO, ascending. */
  readonly dates: readonly string[];
  /** Row-major [dates × candidates]. */
  readonly figures: Float64Array;
}

/** Sums of the losses of candidates, over all tested rows and by day. */
export interface LossSums {
  /** Adds the losses of adjacent rows. @param losses Row-major [n × candidates]. @param from Row of the first. */
  readonly add: (losses: Float32Array, from: number) => void;
  /** Undefined without tested rows. */
  readonly validation: () => Validation | undefined;
  readonly byDay: (choice: Choice) => ChoiceFigures;
}

/** @param candidates Number of candidates. */
export function lossSums({ rows, untested }: FoldRows, candidates: number): LossSums {
  const count = rows.row.length - untested;
  const dayOfRow = daysOf(rows).subarray(untested);
  const days = distinct(dayOfRow);
  const places = new Map(days.map((day, place) => [day, place]));
  const counts = new Float64Array(days.length);
  const sums = new Float64Array(days.length * candidates);
  return {
    add: (losses, from) => {
      for (let row = 0; row * candidates < losses.length; row += 1) {
        const place = places.get(dayOfRow[from - untested + row] ?? NaN) ?? -1;
        counts[place] = (counts[place] ?? NaN) + 1;
        for (let at = 0; at < candidates; at += 1)
          sums[place * candidates + at] =
            (sums[place * candidates + at] ?? NaN) + (losses[row * candidates + at] ?? NaN);
      }
    },
    validation: () => {
      if (count === 0) return undefined;
      const totals = new Float64Array(candidates);
      for (let at = 0; at < sums.length; at += 1)
        totals[at % candidates] = (totals[at % candidates] ?? NaN) + (sums[at] ?? NaN);
      return {
        figures: totals.map((total) => -total / count),
        rows: count,
        dates: days.length,
        first: isoDate(days[0] ?? NaN),
        last: isoDate(days.at(-1) ?? NaN),
      };
    },
    byDay: (choice) => ({
      choice,
      dates: days.map(isoDate),
      figures: sums.map((sum, at) => -sum / (counts[Math.floor(at / candidates)] ?? NaN)),
    }),
  };
}

/** The figures that a choice of the rank head was made by. */
export function rankFigures(choice: Choice, { days, figures }: DayFigures): ChoiceFigures {
  const candidates = choice.grid.length;
  const all = new Float64Array(days.length * candidates);
  for (let at = 0; at < all.length; at += 1)
    all[at] = figures[at % candidates]?.[Math.floor(at / candidates)] ?? NaN;
  return { choice, dates: Array.from(days, isoDate), figures: all };
}
