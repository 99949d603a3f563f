import type { Calendar } from '../calendar/calendar.js';
import type { CorporateAction } from '../schemas/corporate-action.js';
import type { DayRange } from '../schemas/day-range.js';
import type { Finding } from '../schemas/ingest.js';
import { dayOfMinutes, isoDate } from '../time/dates.js';
import { gapEvidence } from './action-evidence.js';
import { hasErrors } from './findings.js';
import { keepSessions } from './keep-sessions.js';
import type { BarSeries } from './series.js';
import { sessionPrices } from './session-prices.js';
import type { ActionRule, SettledActions } from './settle-actions.js';
import { isLarge, settleActions } from './settle-actions.js';
import { validateSeries } from './validate-series.js';

/** What a series is judged by. */
export interface JudgeContext {
  readonly calendar: Calendar;
  /** The days that the run reads: no other bar is judged or kept. */
  readonly days: DayRange;
  /** The listed corporate actions of the symbol, and which of them are applied. */
  readonly actions: readonly CorporateAction[];
  readonly rule: ActionRule;
  /** Listing date in the universe, ISO. */
  readonly listingDate: string | null;
  /** The place of a bar in messages, `file:line`; absent: messages name symbol and date only. */
  readonly place?: (bar: number) => string;
}

/** What is left of a series, and what there is to say about it. With a finding of severity error it is not used. */
export interface JudgedSeries {
  /** As traded; null if the run needs none of the bars. */
  readonly series: BarSeries | null;
  readonly findings: readonly Finding[];
  /** Number of sessions between the first and the last bar that have no bar. */
  readonly missingSessions: number;
  /** The corporate actions that the series is adjusted for. */
  readonly applied: readonly CorporateAction[];
  /** All of its actions, where some are so small that the market's move counts: then `applied` is not the last word. */
  readonly unsettled: readonly CorporateAction[];
}

/**
 * Leaves out of a series what is no bar of a session of the run, decides on its corporate actions, and checks it.
 *
 * @param series As it came from its source.
 */
export function judgeSeries(series: BarSeries, context: JudgeContext): JudgedSeries {
  const { days, calendar, listingDate, place } = context;
  const at = (bar: number): string => {
    const date = isoDate(dayOfMinutes(series.time[bar] ?? 0));
    return place === undefined ? `${series.symbol} ${date}` : `${place(bar)}: ${date}`;
  };
  const kept = keepSessions(series, days, calendar, at);
  const left = { ...kept, missingSessions: 0, applied: [], unsettled: [] };
  if (kept.series === null || hasErrors(kept.findings)) return left;
  const { settled, unsettled } = settle(kept.series, context);
  const checked = validateSeries(kept.series, {
    calendar,
    actions: settled,
    listingDate,
    at: (bar) => at(kept.bars[bar] ?? 0),
  });
  return {
    series: kept.series,
    findings: [...kept.findings, ...checked.findings, ...settled.findings],
    missingSessions: checked.missingSessions,
    applied: settled.applied,
    unsettled,
  };
}

/**
 * Decides on the corporate actions of a series from its own bars. Where there are small ones among them, what is
 * decided here holds for the checks only.
 */
function settle(
  series: BarSeries,
  { actions, rule, calendar }: JudgeContext,
): { readonly settled: SettledActions; readonly unsettled: readonly CorporateAction[] } {
  const gaps = actions.length === 0 ? [] : gapEvidence(sessionPrices(series), actions, calendar);
  const large = gaps.filter(isLarge);
  const settled = settleActions(series.symbol, large, rule);
  if (large.length === gaps.length || hasErrors(settled.findings)) return { settled, unsettled: [] };
  const unsettled = gaps.flatMap((gap) => gap.actions);
  const isAdjusted = rule === 'none' || (large.length > 0 && settled.applied.length === 0);
  return { settled: { ...settled, findings: [], applied: isAdjusted ? [] : unsettled }, unsettled };
}
