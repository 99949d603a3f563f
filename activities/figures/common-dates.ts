import type { FigureOptions } from '../../data/schemas/metrics.js';
import type { CohortParts, ForwardArm, ValidationArm } from './cohort-parts.js';
import { FORWARD_ARMS, VALIDATION_ARMS } from './cohort-parts.js';
import { byName } from './by-name.js';
import { distinct } from './cohorts.js';
import type { DateDraws } from './date-draws.js';
import { drawCommonDates } from './date-draws.js';

/** The dates of a cohort's rows, by arm. */
export interface CohortArmDates {
  readonly forward: Readonly<Record<ForwardArm, readonly string[]>>;
  readonly validation: Readonly<Record<ValidationArm, readonly string[]>>;
}

/** What arms share, so that they can be compared: their dates, and how often each was drawn. */
export interface CommonDates {
  readonly draws: DateDraws;
  /** Of the validation rows. */
  readonly insideDraws: DateDraws;
  /** Dates of the forward rows of each model of the backtest. */
  readonly tradedDates: readonly (readonly string[])[];
}

/** @param parts Parts of one cohort. */
export function armDates({ forward, validation }: Omit<CohortParts, 'days'>): CohortArmDates {
  return {
    forward: byName(FORWARD_ARMS, (name) => forward[name].sample.dates),
    validation: byName(VALIDATION_ARMS, (name) => validation[name].sample.dates),
  };
}

/** @param cohorts In any order. */
export function commonDates(cohorts: readonly CohortArmDates[], options: FigureOptions): CommonDates {
  const forward = byName(FORWARD_ARMS, (name) => distinct(cohorts.flatMap((one) => one.forward[name])));
  const inside = byName(VALIDATION_ARMS, (name) => distinct(cohorts.flatMap((one) => one.validation[name])));
  return {
    draws: drawCommonDates(Object.values(forward), options, 'forward'),
    insideDraws: drawCommonDates(Object.values(inside), options, 'validation'),
    tradedDates: [forward.student, forward.teacher, forward.placebo],
  };
}
