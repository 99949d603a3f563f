import type { Calendar } from '../calendar.js';
import type { CorporateAction } from '../schemas/corporate-action.js';
import type { Finding } from '../schemas/ingest.js';
import { dayNumber, dayOfMinutes, isoDate } from '../time/dates.js';
import { checkCalendar } from './check-calendar.js';
import { checkJumps } from './check-jumps.js';
import { checkVolume } from './check-volume.js';
import type { FindingList } from './findings.js';
import { findingList } from './findings.js';
import type { BarSeries } from './series.js';

/** What a series is checked against. */
export interface ValidationContext {
  readonly calendar: Calendar;
  /** Corporate actions of the symbol. */
  readonly actions: readonly CorporateAction[];
  /** Listing date by the universe, ISO. */
  readonly listingDate: string | null;
  /** How messages call a bar: `file:line`. Without it the bar's date is all they have. */
  readonly place?: (bar: number) => string;
}

export interface Validation {
  readonly findings: readonly Finding[];
  /** Sessions between first and last bar without a bar. */
  readonly missingSessions: number;
}

/** A price outside [low, high] by less than this fraction is a rounding of the provider's: a warning. */
const ROUNDING = 0.005;
/** A high or low this far from open and close (natural logarithm) is worth a look. */
const WILD_RANGE = 0.5;
/** Bars without any movement at the end of a series that make it look dead, and that refuse it. */
const STALE_BARS = { '1day': { told: 5, refused: 20 }, '5minute': { told: 75, refused: 375 } } as const;

/**
 * Checks a series as it came from its source. An `error` refuses the series; the others let it pass:
 *
 * | code | severity |
 * |---|---|
 * | `out_of_order`, `duplicate_bar`, `not_a_number`, `not_positive` | error |
 * | `ohlc_inconsistent` | error; warning where it is a rounding (0.5 %) |
 * | `not_a_session`, `outside_hours` | warning; error where there are so many that dates or zone must be wrong |
 * | `missing_sessions` | info; warning above 2 % of the sessions between first and last bar, error above 50 % |
 * | `thin_sessions` | info; warning above 2 % of the 5-minute bars |
 * | `unexplained_jump` | warning from about ±20 % over night, error from about −40 % or +65 % (see check-jumps) |
 * | `action_does_not_fit` | error; warning for factors under 20 % |
 * | `adjustment_mix` | error |
 * | `volume_step` | warning from 15-fold, error from 100-fold (see check-volume) |
 * | `zero_volume` | warning; error where it is more than half of the bars |
 * | `stale_tail` | warning from 5 daily bars (a session of 5-minute bars), error from 20 (5 sessions) |
 * | `wild_range` | warning |
 * | `listed_earlier`, `outside_calendar` | info |
 *
 * @param series Unadjusted, with at least one bar; its times need not rise (that is one of the checks).
 */
export function validateSeries(series: BarSeries, context: ValidationContext): Validation {
  const found = findingList();
  const at = (bar: number): string => {
    const date = isoDate(dayOfMinutes(series.time[bar] ?? 0));
    return context.place === undefined ? `${series.symbol} ${date}` : `${context.place(bar)}: ${date}`;
  };
  checkOrder(series, at, found);
  checkValues(series, at, found);
  // What follows compares neighbours, which says nothing where bars are out of place or no numbers.
  if (found.hasErrors()) return { findings: found.all(), missingSessions: 0 };
  const missingSessions = checkCalendar(series, context.calendar, at, found);
  checkJumps(series, context, at, found);
  checkVolume(series, context.actions, found);
  checkEnds(series, context, found);
  return { findings: found.all(), missingSessions };
}

function checkOrder({ time }: BarSeries, at: (bar: number) => string, found: FindingList): void {
  const seen = new Map<number, number>();
  for (let bar = 0; bar < time.length; bar += 1) {
    const minutes = time[bar] ?? 0;
    const twin = seen.get(minutes);
    if (twin !== undefined)
      found.add('error', 'duplicate_bar', `${at(bar)} stands there twice, first at ${at(twin)}`);
    else if (bar > 0 && minutes < (time[bar - 1] ?? 0))
      found.add(
        'error',
        'out_of_order',
        `${at(bar)} comes after a later bar: sort the file by time, oldest first`,
      );
    seen.set(minutes, bar);
  }
}

function checkValues(series: BarSeries, at: (bar: number) => string, found: FindingList): void {
  const { open, high, low, close, volume } = series;
  for (let bar = 0; bar < series.time.length; bar += 1) {
    const [o = NaN, h = NaN, l = NaN, c = NaN, v = NaN] = [
      open[bar],
      high[bar],
      low[bar],
      close[bar],
      volume[bar],
    ];
    const prices = `open ${o}, high ${h}, low ${l}, close ${c}`;
    if (![o, h, l, c, v].every(Number.isFinite)) {
      found.add('error', 'not_a_number', `${at(bar)} has a value that is no number: ${prices}, volume ${v}`);
      continue;
    }
    if (Math.min(o, h, l, c) <= 0 || v < 0) {
      found.add('error', 'not_positive', `${at(bar)} has a value that cannot be: ${prices}, volume ${v}`);
      continue;
    }
    const excess = Math.max(Math.max(o, c, l) / h, l / Math.min(o, c, h)) - 1;
    if (excess > 0)
      found.add(
        excess > ROUNDING ? 'error' : 'warning',
        'ohlc_inconsistent',
        `${at(bar)} has prices outside its own range: ${prices}`,
      );
    else if (Math.max(Math.log(h / Math.max(o, c)), Math.log(Math.min(o, c) / l)) > WILD_RANGE)
      found.add('warning', 'wild_range', `${at(bar)} has a high or low far from open and close: ${prices}`);
  }
}

/** How the series begins and ends. */
function checkEnds(series: BarSeries, { listingDate }: ValidationContext, found: FindingList): void {
  const { symbol, interval, time, high, low, close } = series;
  const last = time.length - 1;
  const firstDay = dayOfMinutes(time[0] ?? 0);
  const lastDay = dayOfMinutes(time[last] ?? 0);
  if (listingDate !== null && firstDay < dayNumber(listingDate)) {
    found.add(
      'info',
      'listed_earlier',
      `${symbol}: bars begin on ${isoDate(firstDay)}, before its listing date ${listingDate}: the bars are believed`,
    );
  }
  let still = 0;
  while (still <= last && high[last - still] === low[last - still] && close[last - still] === close[last])
    still += 1;
  const { told, refused } = STALE_BARS[interval];
  if (still >= told)
    found.add(
      still >= refused ? 'error' : 'warning',
      'stale_tail',
      `${symbol}: the last ${still} bars, to ${isoDate(lastDay)}, do not move at all`,
    );
}
