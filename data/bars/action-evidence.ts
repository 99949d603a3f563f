import type { Calendar } from '../calendar/calendar.js';
import { log } from '../math/log.js';
import { median } from '../math/median.js';
import { square } from '../math/square.js';
import type { CorporateAction } from '../schemas/corporate-action.js';
import { dayNumber } from '../time/dates.js';
import type { SessionPrices } from './session-prices.js';
import { sessionsApart } from './sessions-apart.js';

/** What the gap before an ex-date says: whether the bars show the action as traded, or are adjusted for it. */
export interface GapEvidence {
  /** First day with a bar at or after the ex-date. */
  readonly day: number;
  /** The actions of the gap: more than one where several are between the same two bars. */
  readonly actions: readonly CorporateAction[];
  /** Logarithm of their factors' product: as traded, the price falls by as much. */
  readonly size: number;
  /** First open after the gap over the last close before it. */
  readonly ratio: number;
  /** Logarithm of the odds that the bars show them, against that they are adjusted; see {@link CLEAR}. */
  readonly odds: number;
  /** A day within five sessions whose own move is clearly of this size, while that of the gap is not; or null. */
  readonly elsewhere: number | null;
}

/** The market's move in logarithms from the close of one day to the open of another; undefined: not known. */
export type MarketMove = (from: number, to: number) => number | undefined;

/** Odds of a thousand to one, as logarithm: evidence from here on decides. */
export const CLEAR = 6.9;
/** Twenty to one: evidence from here on is not passed over, where the other actions of the series say the opposite. */
export const LIKELY = 3;
/** From this size on (a fifth), the market's move cannot matter. */
export const LARGE_ACTION = log(1.2);
/** Ratio of the standard deviation to the median of absolute deviations, for normal moves. */
const MAD_TO_DEVIATION = 1.4826;
/** Moves are never taken for quieter than this: ticks and rounding. */
const MIN_DEVIATION = 0.002;
/** With fewer overnight moves than this, their deviation is not known, and a large one is taken. */
const MIN_MOVES = 20;
const UNKNOWN_DEVIATION = 0.015;
/** So many sessions a wrong ex-date may be away: that of the record, or of the day after. */
const NEAR_SESSIONS = 5;
/** Degrees of freedom of Student's distribution, whose tails are those of real overnight moves. */
const FREEDOM = 3;

/**
 * Compares the overnight move before each ex-date with two hypotheses: as traded, the price falls by the action's
 * factor; adjusted, it does not. The move is measured in the symbol's own typical deviation (from the median of
 * absolute overnight moves, so that outliers do not matter), with the market's move taken out where it is known.
 * Real moves have fat tails: the odds are those of Student's distribution with three degrees of freedom. Across
 * sessions without a bar the deviation grows.
 *
 * Over all days of 46 large companies 2020–2024, an action of factor 1.05 alone would be taken for the wrong kind
 * on 0.06 % of the days, 1.1 on 0.02 %, 1.2 on 0.003 %, and remain unclear on 27, 4 and 1 %.
 *
 * @param actions Those that are not between two of the days are ignored.
 */
export function gapEvidence(
  { day, open, close }: SessionPrices,
  actions: readonly CorporateAction[],
  calendar: Calendar,
  market: MarketMove = () => undefined,
): GapEvidence[] {
  const gaps = gapsOf(day, actions);
  if (gaps.size === 0) return [];
  const overnight: number[] = [];
  const daily: number[] = [];
  for (let at = 1; at < day.length; at += 1) {
    if (gaps.has(at) || sessionsApart(calendar, day[at - 1] ?? 0, day[at] ?? 0) > 1) continue;
    overnight.push(Math.abs(log((open[at] ?? NaN) / (close[at - 1] ?? NaN)) - moveOf(market, day, at)));
    daily.push(Math.abs(log((close[at] ?? NaN) / (close[at - 1] ?? NaN))));
  }
  const deviation = deviationOf(overnight);
  const oddsAt = (at: number, size: number): number =>
    oddsOf(log((open[at] ?? NaN) / (close[at - 1] ?? NaN)) - moveOf(market, day, at), size, deviation);
  /** The gaps of no action around one, nearest first. */
  const near = (gap: number): number[] =>
    Array.from({ length: 2 * NEAR_SESSIONS }, (_, n) => gap + (n % 2 === 0 ? 1 : -1) * (1 + (n >> 1))).filter(
      (at) =>
        at > 0 &&
        at < day.length &&
        !gaps.has(at) &&
        sessionsApart(calendar, day[at - 1] ?? 0, day[at] ?? 0) === 1,
    );
  return [...gaps].map(([at, own]) => {
    const size = own.reduce((sum, { priceFactor }) => sum + log(priceFactor), 0);
    const missed = Math.max(0, sessionsApart(calendar, day[at - 1] ?? 0, day[at] ?? 0) - 1);
    const wide = Math.sqrt(square(deviation) + missed * square(deviationOf(daily)));
    const ratio = (open[at] ?? NaN) / (close[at - 1] ?? NaN);
    const odds = oddsOf(log(ratio) - (missed > 0 ? 0 : moveOf(market, day, at)), size, wide);
    const elsewhere = odds > 0 ? undefined : near(at).find((other) => oddsAt(other, size) >= CLEAR);
    return {
      day: day[at] ?? 0,
      actions: own,
      size,
      ratio,
      odds,
      elsewhere: elsewhere === undefined ? null : (day[elsewhere] ?? 0),
    };
  });
}

/** The odds that a move is that of actions of this size, in logarithms. */
function oddsOf(move: number, size: number, deviation: number): number {
  return surprise(move / deviation) - surprise((move + size) / deviation);
}

/** The actions by the first day that trades after them; those of one gap together. */
function gapsOf(day: Int32Array, actions: readonly CorporateAction[]): Map<number, CorporateAction[]> {
  const gaps = new Map<number, CorporateAction[]>();
  for (const action of actions) {
    const ex = dayNumber(action.exDate);
    const at = day.findIndex((one) => one >= ex);
    if (at > 0) gaps.set(at, [...(gaps.get(at) ?? []), action]);
  }
  return gaps;
}

function moveOf(market: MarketMove, day: Int32Array, at: number): number {
  return market(day[at - 1] ?? 0, day[at] ?? 0) ?? 0;
}

/** Minus the logarithm of a move's likelihood, in deviations, up to a constant. */
function surprise(deviations: number): number {
  return ((FREEDOM + 1) / 2) * log(1 + square(deviations) / FREEDOM);
}

function deviationOf(absolute: number[]): number {
  const typical =
    absolute.length === 0 ? MIN_DEVIATION : Math.max(MAD_TO_DEVIATION * median(absolute), MIN_DEVIATION);
  return absolute.length < MIN_MOVES ? Math.max(typical, UNKNOWN_DEVIATION) : typical;
}
