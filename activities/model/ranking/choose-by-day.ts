import { isoDate } from '../../../data/time/dates.js';
import type { Choice, ChoiceConfig } from '../choices/choice.js';
import { keepUnlessBeaten } from '../choices/choice.js';
import { pairedT } from '../choices/paired-t.js';
import type { DayFigures } from './day-means.js';
import { meanFigure } from './day-means.js';

/** Figures of all candidates, and what they were computed from. */
export interface JudgedFigures extends DayFigures {
  readonly rows: number;
}

/** Of a past that is too short. */
export const NOT_JUDGED: JudgedFigures = { days: new Int32Array(0), figures: [], rows: 0 };

/** The declared default, unless another candidate is clearly better by the days. @param standard Index of the default. */
export function chooseByDay(
  what: string,
  configs: readonly ChoiceConfig[],
  standard: number,
  { days, figures, rows }: JudgedFigures,
): Choice {
  const reference = figures[standard] ?? new Float64Array(0);
  const isoOf = (day: number | undefined): string | null => (day === undefined ? null : isoDate(day));
  return keepUnlessBeaten(what, configs, standard, {
    figures: figures.map(meanFigure),
    advantages: figures.map((own) => pairedT(own, reference)),
    rows,
    dates: days.length,
    first: isoOf(days[0]),
    last: isoOf(days.at(-1)),
  });
}
