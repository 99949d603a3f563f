import { GurukulError } from '../../data/errors.js';
import type { ExposureRows } from '../../data/predictions/exposures.js';
import type { FactorRows } from '../../data/predictions/factors.js';
import { rankTexts } from '../../data/predictions/order-by-texts.js';
import type { OutcomeRows } from '../../data/predictions/outcomes.js';

/** What the figures need of the market besides predictions: a row per symbol and date that was predicted. */
export interface MarketRows {
  readonly outcomes: OutcomeRows;
  readonly exposures: ExposureRows;
  readonly factors: FactorRows;
  /** Outcomes on the bars of the placebo, if known: without them its return is that of the label. */
  readonly placebo?: OutcomeRows;
}

/** Finds the row of a symbol and date; undefined where there is none. */
export type FindRow = (symbol: string, date: string) => number | undefined;

/** An index of rows by symbol and date: 4 bytes for each pair, since most symbols have most dates. */
export function findRowOf({ symbol, date }: Pick<OutcomeRows, 'symbol' | 'date'>): FindRow {
  const [symbols, dates] = [rankTexts(symbol), rankTexts(date)];
  // 0: no row; otherwise the row after that.
  const after = new Int32Array(symbols.count * dates.count);
  for (let row = 0; row < symbol.length; row += 1)
    after[(dates.ranks[row] ?? 0) * symbols.count + (symbols.ranks[row] ?? 0)] = row + 1;
  const rankOf = (texts: readonly string[]): Map<string, number> =>
    new Map(texts.map((text, rank) => [text, rank]));
  const [placeOf, dayOf] = [rankOf(symbols.texts), rankOf(dates.texts)];
  return (name, day) => {
    const [place, at] = [placeOf.get(name), dayOf.get(day)];
    if (place === undefined || at === undefined) return undefined;
    const next = after[at * symbols.count + place] ?? 0;
    return next === 0 ? undefined : next - 1;
  };
}

/** Outcomes that can be looked up, with the traded value of the same rows. */
export interface IndexedOutcomes {
  readonly find: FindRow;
  readonly outcomes: OutcomeRows;
  /** In rupees a session; absent where no exposures are known. */
  readonly tradedValue: readonly number[] | undefined;
}

/** Market rows that can be looked up; the three tables share their rows. */
export interface IndexedMarket extends IndexedOutcomes {
  readonly exposures: ExposureRows;
  readonly factors: FactorRows;
  readonly placebo: IndexedOutcomes | undefined;
}

/** @throws GurukulError BadSchema where the tables do not have the same rows. */
export function indexMarket({ outcomes, exposures, factors, placebo }: MarketRows): IndexedMarket {
  for (const [name, rows] of [
    ['exposures', exposures],
    ['factors', factors],
  ] as const)
    if (
      rows.symbol.length !== outcomes.symbol.length ||
      outcomes.symbol.some(
        (symbol, row) => rows.symbol[row] !== symbol || rows.date[row] !== outcomes.date[row],
      )
    )
      throw new GurukulError('BadSchema', `${name} do not have the rows of the outcomes`);
  return {
    find: findRowOf(outcomes),
    outcomes,
    exposures,
    factors,
    tradedValue: exposures.tradedValue,
    placebo: placebo && { find: findRowOf(placebo), outcomes: placebo, tradedValue: undefined },
  };
}
