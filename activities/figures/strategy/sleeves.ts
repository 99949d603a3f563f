import { doublesOf, integersOf } from '../../../data/math/fill-columns.js';
import { mean } from '../../stats/moments.js';
import type { CrossSection } from '../cross-section.js';
import { MIN_SYMBOLS } from '../cross-section.js';
import type { Sample } from '../sample.js';
import { outerPlaces } from '../top-share.js';
import { costOf } from './costs.js';
import type { HoldingReturns } from './exits.js';

/** Share of a date's symbols that the strategy holds: quintiles, as in the measurements that it is compared with. */
export const HELD_SHARE = 0.2;

/**
 * The long-only strategy. On every date it buys the top {@link HELD_SHARE} of the symbols by score, equally
 * weighted, with 1/bars of the capital (a sleeve), and holds them for `bars` bars; then the sleeve is
 * rebalanced. One entry per date with a cross-section.
 */
export interface StrategyPath {
  /** Date on which the sleeve is formed, as an index into the sample's dates. */
  readonly date: Int32Array;
  /** Bars that the sleeve is held. */
  readonly bars: Int32Array;
  /** Return of the sleeve over its holding period, before and after costs, as a fraction. */
  readonly gross: Float64Array;
  readonly net: Float64Array;
  /** Return of all symbols of the date, equally weighted, over the same bars, without costs. */
  readonly equalWeight: Float64Array;
  /** Share of the sleeve that is replaced (one way); 1 when it is first bought. */
  readonly turnover: Float64Array;
  /** Value traded, buying and selling, as a share of the sleeve. */
  readonly traded: Float64Array;
  /** Number of symbols held. */
  readonly holdings: Int32Array;
  /** Positions that are valued at a close, since the price of the next sleeve is unknown. */
  readonly atClose: Int32Array;
  /** Capital in rupees with which no order exceeds {@link ORDER_SHARE} of a session's traded value; NaN unknown. */
  readonly capacity: Float64Array;
  /** Top less bottom share, each with the whole capital, before and after costs; shorts priced as futures. */
  readonly longShort: Float64Array;
  readonly longShortNet: Float64Array;
  /** What was held. */
  readonly sleeves: readonly Sleeve[];
}

/** Largest order, as a share of a session's traded value. */
export const ORDER_SHARE = 0.05;

/** Positions of one sleeve. */
export interface Sleeve {
  /** The symbols that could be traded. */
  readonly section: CrossSection;
  readonly bars: number;
  /** Returns over these bars, by row of the sample. */
  readonly held: HoldingReturns;
  /** Places in the section. */
  readonly long: Int32Array;
  readonly short: Int32Array;
}

/**
 * Runs the strategy over the cross-sections.
 *
 * @param barsOf Bars that a sleeve formed on the section's date is held.
 * @param returnsOf Returns over so many bars, by row of the sample. Symbols without one are not traded.
 * @param dearer What the listed costs are multiplied by.
 */
export function runStrategy(
  sample: Pick<Sample, 'dates' | 'tradedValue'>,
  sections: readonly CrossSection[],
  barsOf: (section: CrossSection) => number,
  returnsOf: (bars: number) => HoldingReturns,
  dearer = 1,
): StrategyPath {
  const sleeves = sections.flatMap((section): Sleeve[] => {
    const bars = barsOf(section);
    const held = returnsOf(bars);
    const known = tradable(section, held.returns);
    if (known.symbol.length < MIN_SYMBOLS) return [];
    const { top, bottom } = endsOf(known);
    return [{ section: known, bars, held, long: top, short: bottom }];
  });
  const lines = sleeves.map((sleeve, i) => {
    const before = sleeves[i - sleeve.bars];
    const first = before === undefined;
    const date = sample.dates[sleeve.section.date] ?? '';
    const { returns, atClose } = sleeve.held;
    const over = (places: Int32Array): number => {
      const own = new Float64Array(places.length);
      for (let at = 0; at < own.length; at += 1)
        own[at] = returns[sleeve.section.row[places[at] ?? 0] ?? 0] ?? NaN;
      return mean(own) ?? 0;
    };
    const turnover = replaced(before && symbolsOf(before, before.long), symbolsOf(sleeve, sleeve.long));
    const shorted = replaced(before && symbolsOf(before, before.short), symbolsOf(sleeve, sleeve.short));
    const gross = over(sleeve.long);
    const spread = gross - over(sleeve.short);
    const cost =
      dearer * turnover * (costOf('delivery', 'buy', date) + (first ? 0 : costOf('delivery', 'sell', date)));
    const shortCost =
      dearer * shorted * (costOf('futures', 'sell', date) + (first ? 0 : costOf('futures', 'buy', date)));
    return {
      date: sleeve.section.date,
      bars: sleeve.bars,
      gross,
      net: gross - cost,
      equalWeight: overAll(sleeve.section.row, returns),
      turnover,
      traded: turnover * (first ? 1 : 2),
      holdings: sleeve.long.length,
      atClose: sleeve.long.filter((place) => atClose[sleeve.section.row[place] ?? 0] === 1).length,
      capacity: capacityOf(sample.tradedValue, sleeve),
      longShort: spread,
      longShortNet: spread - cost - shortCost,
    };
  });
  const whole = (name: 'date' | 'bars' | 'holdings' | 'atClose'): Int32Array =>
    integersOf(lines, (line) => line[name]);
  const real = (name: keyof (typeof lines)[number]): Float64Array => doublesOf(lines, (line) => line[name]);
  return {
    date: whole('date'),
    bars: whole('bars'),
    gross: real('gross'),
    net: real('net'),
    equalWeight: real('equalWeight'),
    turnover: real('turnover'),
    traded: real('traded'),
    holdings: whole('holdings'),
    atClose: whole('atClose'),
    capacity: real('capacity'),
    longShort: real('longShort'),
    longShortNet: real('longShortNet'),
    sleeves,
  };
}

/** Mean return of the rows. */
function overAll(rows: Int32Array, returns: Float64Array): number {
  const own = new Float64Array(rows.length);
  for (let at = 0; at < own.length; at += 1) own[at] = returns[rows[at] ?? 0] ?? NaN;
  return mean(own) ?? 0;
}

type Ends = ReturnType<typeof outerPlaces>;

const ends = new WeakMap<CrossSection, Ends>();

/** What a sleeve formed on a section holds; sorted once, whatever the holding period. */
function endsOf(section: CrossSection): Ends {
  const known = ends.get(section) ?? outerPlaces(section.score, HELD_SHARE);
  ends.set(section, known);
  return known;
}

/** The section without symbols whose return is unknown. */
function tradable(section: CrossSection, returns: Float64Array): CrossSection {
  const all = new Int32Array(section.symbol.length);
  let count = 0;
  for (let place = 0; place < all.length; place += 1)
    if (!Number.isNaN(returns[section.row[place] ?? 0] ?? NaN)) {
      all[count] = place;
      count += 1;
    }
  if (count === section.symbol.length) return section;
  const places = all.subarray(0, count);
  return {
    date: section.date,
    symbol: places.map((place) => section.symbol[place] ?? 0),
    score: doublesOf(places, (place) => section.score[place] ?? NaN),
    forwardReturn: doublesOf(places, (place) => section.forwardReturn[place] ?? NaN),
    row: places.map((place) => section.row[place] ?? 0),
  };
}

function symbolsOf({ section }: Sleeve, places: Int32Array): Int32Array {
  return places.map((place) => section.symbol[place] ?? 0);
}

/** The symbol with the least traded value limits the sleeve; a sleeve has 1/bars of the capital. */
function capacityOf(tradedValue: Float64Array, { section, bars, long }: Sleeve): number {
  const known = doublesOf(long, (place) => tradedValue[section.row[place] ?? 0] ?? NaN).filter(
    (value) => !Number.isNaN(value),
  );
  if (known.length === 0) return NaN;
  const least = known.reduce((lowest, value) => Math.min(lowest, value), Infinity);
  return ORDER_SHARE * least * long.length * bars;
}

function replaced(before: Int32Array | undefined, after: Int32Array): number {
  if (before === undefined) return 1;
  const old = new Set(before);
  const kept = after.filter((symbol) => old.has(symbol)).length;
  // Half of the sum of all weight changes, with weights of 1/count.
  return 1 - kept * Math.min(1 / before.length, 1 / after.length);
}
