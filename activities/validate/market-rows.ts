import { barTimeTexts, parseBarTime } from '../../data/bars/bar-time.js';
import { lowerBound } from '../../data/bars/series.js';
import { GurukulError } from '../../data/errors.js';
import type { ExposureRows } from '../../data/predictions/exposures.js';
import type { FactorRows } from '../../data/predictions/factors.js';
import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import type { OutcomeRows } from '../../data/predictions/outcomes.js';
import type { RowKeys } from '../../data/predictions/row-keys.js';
import type { Interval } from '../../data/schemas/run-choices.js';
import type { FeatureTable, Outcomes, SymbolTable } from '../market/feature-table.js';

/** What figures need of the market, by symbol and date of the predictions. */
export interface KeyedMarket {
  readonly outcomes: OutcomeRows;
  readonly exposures: ExposureRows;
  readonly factors: FactorRows;
}

/** What a symbol's bars led to, by bar. */
export interface SymbolOutcomes {
  readonly symbol: string;
  /** Bar time in exchange minutes. */
  readonly time: Int32Array;
  readonly outcomes: Outcomes;
}

/**
 * Takes outcomes, exposures and factors of the predicted rows out of the feature table.
 *
 * @throws GurukulError Bug when a predicted row has no bar or no entry.
 */
export function keyedMarket(table: FeatureTable, keys: RowKeys, interval: Interval): KeyedMarket {
  const places = findRows(table.symbols, keys, interval);
  const pick = (column: (of: SymbolTable) => ArrayLike<number>): number[] =>
    places.map(({ of, row }) => column(of)[row] ?? NaN);
  const width = table.factorNames.length;
  return {
    outcomes: keyedOutcomes(table.symbols, keys, interval),
    exposures: {
      ...keys,
      volatility: pick(({ exposures }) => exposures.volatility),
      beta: pick(({ exposures }) => exposures.beta),
      tradedValue: pick(({ exposures }) => exposures.tradedValue),
      sector: places.map(({ of }) => of.sector),
    },
    factors: {
      ...keys,
      names: table.factorNames,
      values: table.factorNames.map((_, factor) =>
        places.map(({ of, row }) => of.factors[row * width + factor] ?? NaN),
      ),
    },
  };
}

/** The outcomes of the predicted rows. @throws GurukulError Bug when one has no bar or no entry. */
export function keyedOutcomes(
  symbols: readonly SymbolOutcomes[],
  keys: RowKeys,
  interval: Interval,
): OutcomeRows {
  const places = findRows(symbols, keys, interval);
  const dateOf = barTimeTexts(interval);
  return {
    ...keys,
    entryDate: places.map(({ of, row }) => dateOf(of.outcomes.entryTime[row] ?? NaN)),
    entryPrice: places.map(({ of, row }, place) => {
      const price = of.outcomes.entryPrice[row] ?? NaN;
      return Number.isNaN(price) ? refuse(keys, place, 'has no entry') : price;
    }),
    returns: OUTCOME_HORIZONS.map((_, at) =>
      places.map(({ of, row }) => of.outcomes.returns[at]?.[row] ?? NaN),
    ),
  };
}

interface Place<Of> {
  readonly of: Of;
  readonly row: number;
}

function findRows<Of extends Pick<SymbolOutcomes, 'symbol' | 'time'>>(
  symbols: readonly Of[],
  keys: RowKeys,
  interval: Interval,
): Place<Of>[] {
  const known = new Map(symbols.map((of) => [of.symbol, of]));
  const minutesOf = new Map(
    [...new Set(keys.date)].map((date) => {
      const parsed = parseBarTime(date, interval);
      return [date, 'minutes' in parsed ? parsed.minutes : NaN];
    }),
  );
  return keys.symbol.map((symbol, place) => {
    const of = known.get(symbol);
    const minutes = minutesOf.get(keys.date[place] ?? '') ?? NaN;
    const row = of === undefined ? -1 : lowerBound(of.time, minutes);
    return of?.time[row] === minutes ? { of, row } : refuse(keys, place, 'has no bar');
  });
}

function refuse({ symbol, date }: RowKeys, place: number, why: string): never {
  throw new GurukulError('Bug', `${symbol[place] ?? ''} was predicted at ${date[place] ?? ''} but ${why}`);
}
