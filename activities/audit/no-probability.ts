import { formatBarTime } from '../../data/bars/bar-time.js';
import type { BarSeries } from '../../data/bars/series.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { slotsAhead } from '../../data/schemas/label-rule.js';
import { dayNumber, isIsoDate } from '../../data/time/dates.js';
import type { BarSlots } from '../market/bar-slots.js';
import { labelHorizons } from '../market/labels/horizons.js';

const DATE = 'YYYY-MM-DD'.length;

/**
 * Why a run has no probability for a symbol on a date, as the end of a sentence; empty where bars and sessions do
 * not say.
 *
 * @param raw The symbol's stored series.
 * @param date ISO date, or `YYYY-MM-DDTHH:MM`.
 */
export function noProbabilityReason(raw: BarSeries, slots: BarSlots, date: string, rule: LabelRule): string {
  const day = date.slice(0, DATE);
  if (!isIsoDate(day)) return ', which is no date';
  if (!slots.isSession(dayNumber(day))) return ', which is no session of the exchange';
  const bars = Array.from(raw.time.keys()).filter((bar) =>
    formatBarTime(raw.time[bar] ?? NaN, raw.interval).startsWith(date),
  );
  if (bars.length === 0) return ', since the symbol has no bar then';
  const { exit } = labelHorizons(slots.number(raw.time), rule);
  return bars.every((bar) => (exit[bar] ?? -1) < 0)
    ? `, since its label is not known: the symbol lacks bars in the ${slotsAhead(rule)} that it looks ahead`
    : '';
}
