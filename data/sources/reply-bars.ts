import type { BarValues } from '../bars/merge-series.js';
import { sameValues } from '../bars/merge-series.js';
import { ROUNDING, outsideRange } from '../bars/price-range.js';
import type { BarSeries } from '../bars/series.js';
import type { DoubtfulDay } from '../schemas/provider-log.js';
import { dayOfMinutes, isoDate, startOfDate } from '../time/dates.js';
import type { BarRequest } from './provider.js';

/** Above this share of its days, and this number of them, it is the response that cannot be trusted. */
const MOST_DOUBTFUL = { share: 0.1, days: 3 };

/** A row of a response; a value that is no number is NaN. */
export interface ReplyRow {
  /** Start of the bar in exchange minutes. */
  readonly time: number;
  readonly values: BarValues;
}

/** What the rows of a response come to. */
export interface ReplyBars {
  /** The bars that nothing is wrong with, inside the requested days, each once, in ascending time; may be none. */
  readonly bars: BarSeries;
  /** Days with a row that cannot be right, in order; the row is left out, the day's other bars are not. */
  readonly doubtful: readonly DoubtfulDay[];
  /** So much is doubtful that nothing should be used. */
  readonly untrusted: boolean;
}

/** Sorts out the rows of a response, which may be in any order and occur several times. */
export function replyBars(rows: readonly ReplyRow[], { symbol, interval, range }: BarRequest): ReplyBars {
  const [start, end] = [startOfDate(range.from), startOfDate(range.to)];
  const byTime = new Map<number, BarValues>();
  const doubts = new Map<number, string>();
  for (const { time, values } of rows) {
    if (time < start || time >= end) continue;
    const twin = byTime.get(time);
    const doubt =
      twin !== undefined && !sameValues(twin, values) ? 'two different bars of one time' : doubtOf(values);
    if (doubt !== undefined) doubts.set(time, doubt);
    byTime.set(time, values);
  }
  const days = new Set([...byTime.keys()].map(dayOfMinutes));
  const doubtful = new Map<string, string>();
  for (const [time, why] of [...doubts].sort(([a], [b]) => a - b)) {
    byTime.delete(time);
    const date = isoDate(dayOfMinutes(time));
    if (!doubtful.has(date)) doubtful.set(date, why);
  }
  const good = [...byTime].sort(([a], [b]) => a - b);
  const column = (name: keyof BarValues): Float64Array =>
    Float64Array.from(good, ([, values]) => values[name]);
  return {
    bars: {
      symbol,
      interval,
      time: Int32Array.from(good, ([time]) => time),
      open: column('open'),
      high: column('high'),
      low: column('low'),
      close: column('close'),
      volume: column('volume'),
    },
    doubtful: [...doubtful].map(([date, why]) => ({ date, why })),
    untrusted:
      doubtful.size > MOST_DOUBTFUL.days && doubtful.size > MOST_DOUBTFUL.share * Math.max(1, days.size),
  };
}

/** What a response says of its doubtful days, for its log; null if there are none. */
export function doubtfulText(doubtful: readonly DoubtfulDay[]): string | null {
  const [first] = doubtful;
  if (first === undefined) return null;
  return `doubtful bars of ${doubtful.length} day(s) were left out, the first on ${first.date}: ${first.why}`;
}

/** Why a bar cannot be right; undefined if it can. */
function doubtOf(values: BarValues): string | undefined {
  const { open, high, low, close, volume } = values;
  const prices = `open ${open}, high ${high}, low ${low}, close ${close}`;
  if (![open, high, low, close, volume].every(Number.isFinite)) return 'a value that is no number';
  if (Math.min(open, high, low, close) <= 0) return `a price of 0 or less (${prices})`;
  if (volume < 0) return `a negative volume (${volume})`;
  return outsideRange(values) > ROUNDING ? `a price outside the bar's own range (${prices})` : undefined;
}
