import type { ActionWithoutFactor } from '../../data/actions/action-file.js';
import type { MarketMove } from '../../data/bars/action-evidence.js';
import { CLEAR, gapEvidence } from '../../data/bars/action-evidence.js';
import { findJumps } from '../../data/bars/check-jumps.js';
import type { BarSeries } from '../../data/bars/series.js';
import type { SessionPrices } from '../../data/bars/session-prices.js';
import { sessionPrices } from '../../data/bars/session-prices.js';
import { sessionsApart } from '../../data/bars/sessions-apart.js';
import { settleActions } from '../../data/bars/settle-actions.js';
import type { Calendar } from '../../data/calendar/calendar.js';
import { log } from '../../data/math/log.js';
import type { CorporateAction } from '../../data/schemas/corporate-action.js';
import { dayNumber, dayOfMinutes, isoDate } from '../../data/time/dates.js';
import type { LikelyAction } from './likely-action.js';
import { likelyAction } from './likely-action.js';

/** What bars say of a listed action. */
export interface ComparedAction extends CorporateAction {
  /** `shown` as traded; `absent`: the price did not step; `unclear`: within the symbol's usual moves. */
  readonly verdict: 'shown' | 'absent' | 'unclear';
  /** The move over night at the ex-date, as a fraction. */
  readonly move: number;
}

/** A move over night that no listed action explains. */
export interface UnexplainedMove {
  /** First day at the new price, ISO. */
  readonly date: string;
  readonly move: number;
  /** The action that it suggests; null for a rise, which no split or demerger makes. */
  readonly likely: LikelyAction | null;
}

/** A list of corporate actions and the bars of a symbol, compared. */
export interface ActionComparison {
  readonly symbol: string;
  readonly listed: readonly ComparedAction[];
  /** Moves that an ingest reports or refuses: rows that are missing. */
  readonly missing: readonly UnexplainedMove[];
  /** Falls near the size of a small bonus, out of the ordinary for the symbol; trading makes them too. */
  readonly possible: readonly UnexplainedMove[];
  /** Actions that are listed without a factor, with the factor that the bars suggest. */
  readonly withoutFactor: readonly (ActionWithoutFactor & UnexplainedMove)[];
}

/** Falls from here on, in logarithms, may be a small bonus; larger ones are jumps (see check-jumps). */
const SMALLEST = 0.085;
/** A possible bonus is this near to its size, in logarithms. */
const NEAR = 0.03;

/**
 * Compares the listed actions of a symbol with its bars.
 *
 * @param market The market's moves, where they are known.
 */
export function compareActions(
  series: BarSeries,
  actions: readonly CorporateAction[],
  withoutFactor: readonly ActionWithoutFactor[],
  { calendar, market }: { readonly calendar: Calendar; readonly market: MarketMove },
): ActionComparison {
  const prices = sessionPrices(series);
  const gaps = gapEvidence(prices, actions, calendar, market);
  const { applied, explained } = settleActions(series.symbol, gaps, 'by evidence');
  const at = placesByDay(prices);
  const jumps = jumpDays(series, calendar, { applied, explained }).map((day) =>
    moveAt(prices, at.get(day) ?? 0),
  );
  const open = withoutFactor.flatMap((action) => {
    const place = prices.day.findIndex((day) => day >= dayNumber(action.exDate));
    return place > 0 ? [{ ...action, ...moveAt(prices, place) }] : [];
  });
  const taken = new Set([
    ...gaps.map(({ day }) => isoDate(day)),
    ...jumps.map(({ date }) => date),
    ...open.map(({ date }) => date),
  ]);
  return {
    symbol: series.symbol,
    listed: gaps.flatMap(({ actions: own, day, odds }) =>
      own.map((action) => ({
        ...action,
        verdict:
          odds >= CLEAR ? ('shown' as const) : odds <= -CLEAR ? ('absent' as const) : ('unclear' as const),
        move: moveAt(prices, at.get(day) ?? 0).move,
      })),
    ),
    missing: jumps.filter(({ date }) => !open.some((one) => one.date === date)),
    possible: possibleFalls(prices, calendar, market).filter(({ date }) => !taken.has(date)),
    withoutFactor: open,
  };
}

/** Days of the jumps that the ingest's own check reports as unexplained. */
function jumpDays(series: BarSeries, calendar: Calendar, settled: Parameters<typeof findJumps>[2]): number[] {
  return findJumps(series, calendar, settled)
    .filter(({ mixed }) => mixed === undefined)
    .map(({ bar }) => dayOfMinutes(series.time[bar] ?? 0));
}

/** Falls that the evidence takes for a small bonus, if one were listed on that day. */
function possibleFalls(prices: SessionPrices, calendar: Calendar, market: MarketMove): UnexplainedMove[] {
  const { day } = prices;
  const found: UnexplainedMove[] = [];
  for (let at = 1; at < day.length; at += 1) {
    const [before = 0, now = 0] = [day[at - 1], day[at]];
    const move = moveAt(prices, at);
    const own = log(1 + move.move) - (market(before, now) ?? 0);
    if (Math.max(own, log(1 + move.move)) > -SMALLEST || move.likely?.usual !== true) continue;
    if (sessionsApart(calendar, before, now) > 1) continue;
    const { priceFactor, kind } = move.likely;
    if (Math.abs(own + log(priceFactor)) > NEAR) continue;
    const [gap] = gapEvidence(prices, [{ exDate: move.date, priceFactor, kind }], calendar, market);
    if (gap !== undefined && gap.odds >= CLEAR) found.push(move);
  }
  return found;
}

function moveAt({ day, open, close }: SessionPrices, at: number): UnexplainedMove {
  const step = (close[at - 1] ?? NaN) / (open[at] ?? NaN);
  return { date: isoDate(day[at] ?? 0), move: 1 / step - 1, likely: step > 1 ? likelyAction(step) : null };
}

function placesByDay({ day }: SessionPrices): ReadonlyMap<number, number> {
  return new Map(Array.from(day, (one, at) => [one, at]));
}
