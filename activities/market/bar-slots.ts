import { createHash } from 'node:crypto';

import type { Calendar } from '../../data/calendar/calendar.js';
import { extendCalendar } from '../../data/calendar/calendar.js';
import type { IngestManifest } from '../../data/schemas/ingest.js';
import { MINUTES_PER_DAY, dayOfMinutes } from '../../data/time/dates.js';

/** A bar outside of the sessions has no slot. */
export const NO_SLOT = -1;

/**
 * The slots that the exchange's sessions have for bars, numbered over all sessions: one a session for daily
 * bars, one for each start of a 5-minute bar (75 in an ordinary session). The distance between two bars is
 * that of their slots, whether or not the symbol has the bars between.
 */
export interface BarSlots {
  /** Changes when any slot changes. */
  readonly key: string;
  /**
   * The slot of every bar of a symbol: ascending, {@link NO_SLOT} for a bar outside of the sessions. In a session
   * whose hours are not known the symbol's own bars are the slots, so numbers of two symbols cannot be compared.
   *
   * @param time Bar times of one symbol, ascending.
   */
  number(time: Int32Array): Int32Array;
  /** Whether a day number is a session, as far as is known. */
  isSession(day: number): boolean;
  /** Number of a symbol's slots before a day number. */
  before(day: number, time: Int32Array): number;
}

/** Bars without a calendar: each is in the slot after that of the one before it. */
export const ADJACENT_SLOTS: BarSlots = {
  key: 'adjacent',
  number: (time) => time.map((_, bar) => bar),
  isSession: () => true,
  before: (day, time) => time.findLastIndex((minutes) => minutes < day * MINUTES_PER_DAY) + 1,
};

/** What a day has for bars. */
type Day =
  /** No session. */
  | 'closed'
  /** Slots that begin at these minutes of the day. */
  | Int32Array
  /** The bars that the symbol has. */
  | 'own';

const DAILY = Int32Array.of(0);

/**
 * The slots of the trading calendar and, outside of its years, of the sessions that the ingest observed. Where a
 * manifest lists none, every day with a bar counts outside of the calendar's years.
 */
export function barSlots(
  exchange: Calendar,
  { interval, observedSessions }: Pick<IngestManifest, 'interval' | 'observedSessions'>,
): BarSlots {
  const calendar = extendCalendar(exchange, observedSessions ?? []);
  const outside = observedSessions === undefined ? 'own' : 'closed';
  const { from: first, to } = calendar;
  const kinds = Array.from({ length: to - first }, (_, at): Day => {
    const day = first + at;
    if (!calendar.isSession(day)) return 'closed';
    return interval === '1day' ? DAILY : (calendar.barStarts(day) ?? 'own');
  });
  /** Number of slots before each day, own bars not counted. */
  const before = new Int32Array(kinds.length + 1);
  kinds.forEach((kind, at) => {
    before[at + 1] = (before[at] ?? 0) + (typeof kind === 'string' ? 0 : kind.length);
  });
  const kindOf = (day: number): Day => kinds[day - first] ?? outside;
  const countBefore = (day: number): number => before[Math.min(Math.max(day - first, 0), kinds.length)] ?? 0;

  return {
    key: keyOf(first, kinds, outside),
    number: (time) => {
      let [day, place, own] = [NaN, 0, 0];
      let kind: Day = 'closed';
      let base = 0;
      return time.map((minutes) => {
        const today = dayOfMinutes(minutes);
        if (today !== day) {
          [day, kind, base, place] = [today, kindOf(today), countBefore(today), 0];
        }
        if (kind === 'closed') return NO_SLOT;
        if (kind === 'own') {
          own += 1;
          return base + own - 1;
        }
        const minute = minutes - day * MINUTES_PER_DAY;
        while ((kind[place] ?? Infinity) < minute) place += 1;
        return kind[place] === minute ? base + own + place : NO_SLOT;
      });
    },
    isSession: (day) => kindOf(day) !== 'closed',
    before: (day, time) => {
      let own = 0;
      for (const minutes of time) {
        const at = dayOfMinutes(minutes);
        if (at >= day) break;
        if (kindOf(at) === 'own') own += 1;
      }
      return countBefore(day) + own;
    },
  };
}

function keyOf(first: number, kinds: readonly Day[], outside: Day): string {
  const hash = createHash('sha256').update(`${first} ${String(outside)}\n`);
  const texts = new Map<Day, string>();
  for (const kind of kinds) {
    const text = texts.get(kind) ?? `${typeof kind === 'string' ? kind : kind.join(' ')}\n`;
    texts.set(kind, text);
    hash.update(text);
  }
  return hash.digest('hex');
}

/**
 * The bar that lies a number of slots after each bar.
 *
 * @param slot Slot of every bar of a symbol, from {@link BarSlots.number}.
 * @returns Indices of bars; −1 where the symbol has no bar in that slot.
 */
export function barsAhead(slot: Int32Array, slots: number): Int32Array {
  const ahead = new Int32Array(slot.length).fill(-1);
  let bar = 0;
  slot.forEach((from, at) => {
    if (from === NO_SLOT) return;
    // A bar without a slot is never the one: its number is below every target.
    while (bar < slot.length && (slot[bar] ?? NaN) < from + slots) bar += 1;
    if (slot[bar] === from + slots) ahead[at] = bar;
  });
  return ahead;
}
