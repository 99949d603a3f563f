import { integersOf } from '../../data/math/fill-columns.js';
import { datesPerSession, drawDates } from '../stats/block-bootstrap.js';
import { distinct } from './cohorts.js';

/** Dates, and how often each bootstrap replicate drew each of them. */
export interface DateDraws {
  readonly dates: readonly string[];
  readonly draws: readonly Int32Array[];
}

/** Draws dates for everything that is compared, so that differences are paired. @param all Lists of dates. */
export function drawCommonDates(
  all: readonly (readonly string[])[],
  { seed, horizon }: { readonly seed: number; readonly horizon: number },
  purpose: string,
): DateDraws {
  const dates = distinct(all.flatMap((own) => [...own]));
  return { dates, draws: drawDates(dates.length, horizon, seed, purpose, datesPerSession(dates)) };
}

/** The draws of some of the dates, in their own order. */
export function drawsOf({ dates, draws }: DateDraws, own: readonly string[]): Int32Array[] {
  const place = new Map(dates.map((date, index) => [date, index]));
  const at = integersOf(own, (date) => place.get(date) ?? -1);
  return draws.map((weight) => at.map((index) => weight[index] ?? 0));
}
