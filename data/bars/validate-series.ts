import type { Calendar } from '../calendar/calendar.js';
import { log } from '../math/log.js';
import type { Finding } from '../schemas/ingest.js';
import { dayNumber, dayOfMinutes, isoDate } from '../time/dates.js';
import { checkCalendar } from './check-calendar.js';
import { checkJumps } from './check-jumps.js';
import { checkVolume } from './check-volume.js';
import type { FindingList } from './findings.js';
import { findingList } from './findings.js';
import { ROUNDING, outsideRange } from './price-range.js';
import type { BarSeries } from './series.js';
import type { SettledActions } from './settle-actions.js';

/** What a series is checked against. */
export interface ValidationContext {
  readonly calendar: Calendar;
  /** The corporate actions that the series is adjusted for. */
  readonly actions: Pick<SettledActions, 'applied' | 'explained'>;
  /** Listing date in the universe, ISO. */
  readonly listingDate: string | null;
  /** The place and date of a bar in messages. */
  readonly at: (bar: number) => string;
}

export interface Validation {
  readonly findings: readonly Finding[];
  /** Number of sessions between the first and the last bar that have no bar. */
  readonly missingSessions: number;
}

/** Rounding errors in more than this share of the bars are a warning. */
const ROUNDING_WARNING = 0.01;
/** A high or low this far from open and close (natural logarithm) is a warning. */
const LARGE_RANGE = 0.5;
/** Number of bars without any price change at the end of a series that are a warning, and an error. */
const STALE_BARS = { '1day': { warning: 5, error: 20 }, '5minute': { warning: 75, error: 375 } } as const;

/**
 * Checks a series as it came from its source. A series with an `error` is refused; the others are used:
 *
 * | code | severity |
 * |---|---|
 * | `out_of_order`, `duplicate_bar`, `not_a_number`, `not_positive` | error |
 * | `ohlc_inconsistent` | error |
 * | `rounded_prices` | info: the same within a rounding error (0.5 %); warning in more than 1 % of the bars |
 * | `missing_sessions` | info; warning above 2 % of the sessions between first and last bar, error above 50 % |
 * | `thin_sessions` | info; warning above 2 % of the 5-minute bars |
 * | `unexplained_jump` | warning from about ±20 % overnight, error from about −40 % or +65 % (see check-jumps) |
 * | `adjustment_mix` | error |
 * | `volume_step` | warning from 15-fold, error from 100-fold (see check-volume) |
 * | `zero_volume` | info; warning above 1 % of the bars, error above 50 % |
 * | `stale_tail` | warning from 5 daily bars (a session of 5-minute bars), error from 20 (5 sessions) |
 * | `wild_range` | warning |
 * | `listed_earlier`, `outside_calendar` | info |
 *
 * A warning is for what a person should look at: with one, the symbol counts as doubtful.
 *
 * @param series Unadjusted, with at least one bar; times may be in any order (that is one of the checks).
 */
export function validateSeries(series: BarSeries, context: ValidationContext): Validation {
  const found = findingList();
  const { at } = context;
  checkOrder(series, at, found);
  checkValues(series, at, found);
  // The other checks compare neighbours, which makes no sense if bars are out of order or values are not finite.
  if (found.hasErrors()) return { findings: found.all(), missingSessions: 0 };
  const missingSessions = checkCalendar(series, context.calendar, found);
  checkJumps(series, context.calendar, context.actions, at, found);
  checkVolume(series, context.actions.applied, found);
  checkEnds(series, context, found);
  return { findings: found.all(), missingSessions };
}

function checkOrder({ time }: BarSeries, at: (bar: number) => string, found: FindingList): void {
  const seen = new Map<number, number>();
  for (let bar = 0; bar < time.length; bar += 1) {
    const minutes = time[bar] ?? 0;
    const twin = seen.get(minutes);
    if (twin !== undefined)
      found.add('error', 'duplicate_bar', `${at(bar)} occurs twice, first at ${at(twin)}`);
    else if (bar > 0 && minutes < (time[bar - 1] ?? 0))
      found.add(
        'error',
        'out_of_order',
        `${at(bar)} comes after a later bar. Sort the file by time, oldest first`,
      );
    seen.set(minutes, bar);
  }
}

function checkValues(series: BarSeries, at: (bar: number) => string, found: FindingList): void {
  const { open, high, low, close, volume } = series;
  const rounded: string[] = [];
  for (let bar = 0; bar < series.time.length; bar += 1) {
    const [o = NaN, h = NaN, l = NaN, c = NaN, v = NaN] = [
      open[bar],
      high[bar],
      low[bar],
      close[bar],
      volume[bar],
    ];
    const prices = (): string => `open ${o}, high ${h}, low ${l}, close ${c}`;
    if (![o, h, l, c, v].every(Number.isFinite)) {
      found.add(
        'error',
        'not_a_number',
        `${at(bar)} has a value that is not finite: ${prices()}, volume ${v}`,
      );
      continue;
    }
    if (Math.min(o, h, l, c) <= 0 || v < 0) {
      found.add(
        'error',
        'not_positive',
        `${at(bar)} has a price of 0 or less, or a negative volume: ${prices()}, volume ${v}`,
      );
      continue;
    }
    const excess = outsideRange({ open: o, high: h, low: l, close: c });
    const outside = (): string =>
      `${at(bar)} has an open or close outside the range from low to high: ${prices()}`;
    if (excess > ROUNDING) found.add('error', 'ohlc_inconsistent', outside());
    else if (excess > 0) rounded.push(outside());
    else if (log(Math.max(h / Math.max(o, c), Math.min(o, c) / l)) > LARGE_RANGE)
      found.add('warning', 'wild_range', `${at(bar)} has a high or low far from open and close: ${prices()}`);
  }
  const severity = rounded.length > ROUNDING_WARNING * series.time.length ? 'warning' : 'info';
  for (const outside of rounded) found.add(severity, 'rounded_prices', outside);
}

/** Checks the beginning and the end of a series. */
function checkEnds(series: BarSeries, { listingDate }: ValidationContext, found: FindingList): void {
  const { symbol, interval, time, high, low, close } = series;
  const last = time.length - 1;
  const firstDay = dayOfMinutes(time[0] ?? 0);
  const lastDay = dayOfMinutes(time[last] ?? 0);
  if (listingDate !== null && firstDay < dayNumber(listingDate)) {
    found.add(
      'info',
      'listed_earlier',
      `${symbol}: bars begin on ${isoDate(firstDay)}, before its listing date ${listingDate}. All bars are used`,
    );
  }
  let stale = 0;
  while (stale <= last && high[last - stale] === low[last - stale] && close[last - stale] === close[last])
    stale += 1;
  const limits = STALE_BARS[interval];
  if (stale >= limits.warning)
    found.add(
      stale >= limits.error ? 'error' : 'warning',
      'stale_tail',
      `${symbol}: the last ${stale} bars, up to ${isoDate(lastDay)}, all have the same price`,
    );
}
