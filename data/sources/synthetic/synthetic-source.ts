import type { BarSeries } from '../../bars/series.js';
import { lowerBound, sliceBars } from '../../bars/series.js';
import type { UniverseMember } from '../../schemas/universe.js';
import { dayNumber, startOfDate } from '../../time/dates.js';
import type { BarSource, SourceConfig, SourceDeps } from '../source.js';
import { missingSessionsOf, splitOf } from './events.js';
import { intradayBars } from './intraday-bars.js';
import { syntheticMarket } from './market.js';
import { STRENGTH } from './signal.js';
import { symbolBars } from './symbol-bars.js';

/** First and last day with synthetic bars; 5-minute bars begin later. */
const FROM = '2020-01-01';
const INTRADAY_FROM = '2022-01-01';
const LAST = '2024-12-31';
/** Was traded before its official listing date (a re-listing); the synthetic bars reproduce this. */
const TRADED_BEFORE_LISTING = 'NESTLEIND';

/** What no run changes: for tests and experiments. */
export interface SyntheticOptions {
  /** Strength of the known signal; 0 makes a market in which no past return tells anything about a later one. @default STRENGTH */
  readonly strength?: number;
}

/**
 * A synthetic market: daily bars for 2020–2024, or 5-minute bars for 2022–2024 that are consistent with them, for
 * every symbol of the universe on the sessions of the NSE. They are generated from a seed, with regimes, sectors,
 * volatility clusters, splits (synthetic corporate actions, not the real ones), listings at the universe's listing
 * dates, missing sessions, and a weak signal of known strength. Excluded symbols have no bars. The bars of a symbol
 * depend only on seed, symbol, industry and listing date.
 */
export function openSyntheticSource(
  { interval, seed }: SourceConfig,
  { universe, calendar }: SourceDeps,
  { strength = STRENGTH }: SyntheticOptions = {},
): BarSource {
  const atInterval = (daily: BarSeries): BarSeries => {
    if (interval === '1day') return daily;
    const first = lowerBound(daily.time, startOfDate(INTRADAY_FROM));
    return intradayBars(seed, sliceBars(daily, first, daily.time.length), calendar);
  };
  const sessions = calendar.sessionsBetween(dayNumber(FROM), dayNumber(LAST) + 1);
  const market = syntheticMarket(seed, sessions.length);
  const members = new Map(universe.members.map((member) => [member.symbol, member]));
  const sessionsOf = (member: UniverseMember): Int32Array => {
    const { symbol, listingDate } = member;
    if (listingDate === null || symbol === TRADED_BEFORE_LISTING) return sessions;
    return calendar.sessionsBetween(Math.max(dayNumber(FROM), dayNumber(listingDate)), dayNumber(LAST) + 1);
  };
  return {
    name: 'synthetic',
    actions: (symbol) => {
      const member = members.get(symbol);
      const split = member === undefined ? undefined : splitOf(seed, symbol, sessionsOf(member));
      return split === undefined
        ? []
        : [{ exDate: split.exDate, priceFactor: split.priceFactor, kind: split.kind }];
    },
    read: (symbol) => {
      const member = members.get(symbol);
      const own = member === undefined ? sessions.subarray(0, 0) : sessionsOf(member);
      if (member?.exclusion !== null || own.length === 0)
        return Promise.resolve({ series: null, findings: [] });
      const skipped = sessions.length - own.length;
      const series = symbolBars({
        seed,
        symbol,
        sessions: own,
        strength,
        market: market.market.subarray(skipped),
        sector: market.sector(member.industry ?? '').subarray(skipped),
        split: splitOf(seed, symbol, own),
        missing: missingSessionsOf(seed, symbol, own),
        isSpecial: (day) => calendar.special(day) !== undefined,
      });
      return Promise.resolve({ series: atInterval(series), findings: [] });
    },
  };
}
