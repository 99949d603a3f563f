import { lowerBound } from '../../../data/bars/series.js';
import { dayOfMinutes } from '../../../data/time/dates.js';

/** Figures of all candidates by date. */
export interface DayFigures {
  /** Day numbers, ascending. */
  readonly days: Int32Array;
  /** By candidate and day: the mean over the times of the day; NaN where there is none. */
  readonly figures: readonly Float64Array[];
}

/** Collects figures of candidates at times into means by day. */
export class DayMeans {
  readonly #days: Int32Array;
  readonly #sums: readonly Float64Array[];
  readonly #counts: readonly Int32Array[];

  /** @param times Ascending, exchange minutes: on their days figures may be added. */
  constructor(candidates: number, times: Iterable<number>) {
    const days = new Set<number>();
    for (const time of times) days.add(dayOfMinutes(time));
    this.#days = Int32Array.from(days).sort();
    this.#sums = Array.from({ length: candidates }, () => new Float64Array(days.size));
    this.#counts = Array.from({ length: candidates }, () => new Int32Array(days.size));
  }

  /** Adds a figure for every candidate. @param figures NaN is left out. */
  add(time: number, figures: Float64Array): void {
    const day = lowerBound(this.#days, dayOfMinutes(time));
    for (let candidate = 0; candidate < figures.length; candidate += 1) {
      const [sums, counts, figure] = [
        this.#sums[candidate],
        this.#counts[candidate],
        figures[candidate] ?? NaN,
      ];
      if (sums === undefined || counts === undefined || Number.isNaN(figure)) continue;
      sums[day] = (sums[day] ?? NaN) + figure;
      counts[day] = (counts[day] ?? NaN) + 1;
    }
  }

  result(): DayFigures {
    const figures = this.#sums.map((sums, candidate) =>
      sums.map((sum, day) => sum / (this.#counts[candidate]?.[day] ?? 0)),
    );
    return { days: this.#days, figures };
  }
}

/** Mean over the days with a figure; NaN without any. */
export function meanFigure(figures: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const figure of figures)
    if (!Number.isNaN(figure)) {
      sum += figure;
      count += 1;
    }
  return sum / count;
}
