import { integersOf } from '../../data/math/fill-columns.js';
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
 * Takes outcomes, exposures and factors of the predicted rows out of the feature table, symbol after symbol: a table in
 * files is read once that way.
 *
 * @throws GurukulError Bug when a predicted row has no bar or no entry.
 */
export function keyedMarket(table: FeatureTable, keys: RowKeys, interval: Interval): KeyedMarket {
  const rows = keys.symbol.length;
  const column = (): number[] => new Array<number>(rows).fill(NaN);
  const exposures = { volatility: column(), beta: column(), tradedValue: column() };
  const sector = new Array<string | null>(rows).fill(null);
  const { factorNames } = table;
  const factors = factorNames.map(column);
  const outcomes = emptyOutcomes(rows);
  for (const { of, places, at } of rowsBySymbol(table.symbols, keys, interval)) {
    const { volatility, beta, tradedValue } = of.exposures;
    const values = of.factors;
    for (const [turn, place] of places.entries()) {
      const row = at[turn] ?? -1;
      exposures.volatility[place] = volatility[row] ?? NaN;
      exposures.beta[place] = beta[row] ?? NaN;
      exposures.tradedValue[place] = tradedValue[row] ?? NaN;
      sector[place] = of.sector;
      for (const [factor, own] of factors.entries())
        own[place] = values[row * factorNames.length + factor] ?? NaN;
    }
    putOutcomes(outcomes, of, places, at, keys, interval);
  }
  return {
    outcomes: { ...keys, ...outcomes },
    exposures: { ...keys, ...exposures, sector },
    factors: { ...keys, names: factorNames, values: factors },
  };
}

/** The outcomes of the predicted rows. @throws GurukulError Bug when one has no bar or no entry. */
export function keyedOutcomes(
  symbols: readonly SymbolOutcomes[],
  keys: RowKeys,
  interval: Interval,
): OutcomeRows {
  const outcomes = emptyOutcomes(keys.symbol.length);
  for (const { of, places, at } of rowsBySymbol(symbols, keys, interval))
    putOutcomes(outcomes, of, places, at, keys, interval);
  return { ...keys, ...outcomes };
}

type OutcomeColumns = Omit<OutcomeRows, keyof RowKeys>;

function emptyOutcomes(rows: number): OutcomeColumns {
  const column = (): number[] => new Array<number>(rows).fill(NaN);
  return {
    entryDate: new Array<string>(rows).fill(''),
    entryPrice: column(),
    returns: OUTCOME_HORIZONS.map(column),
  };
}

function putOutcomes(
  columns: OutcomeColumns,
  { outcomes }: SymbolOutcomes,
  places: readonly number[],
  at: Int32Array,
  keys: RowKeys,
  interval: Interval,
): void {
  const dateOf = barTimeTexts(interval);
  const { entryTime, entryPrice, returns } = outcomes;
  for (const [turn, place] of places.entries()) {
    const row = at[turn] ?? -1;
    const price = entryPrice[row] ?? NaN;
    if (Number.isNaN(price)) refuse(keys, place, 'has no entry');
    columns.entryDate[place] = dateOf(entryTime[row] ?? NaN);
    columns.entryPrice[place] = price;
    for (const [horizon, own] of columns.returns.entries()) own[place] = returns[horizon]?.[row] ?? NaN;
  }
}

/** The predicted rows of one symbol. */
interface SymbolRows<Of> {
  readonly of: Of;
  /** Places among the keys. */
  readonly places: readonly number[];
  /** Rows of the symbol, in the order of `places`. */
  readonly at: Int32Array;
}

function* rowsBySymbol<Of extends Pick<SymbolTable, 'symbol' | 'time'>>(
  symbols: readonly Of[],
  keys: RowKeys,
  interval: Interval,
): Generator<SymbolRows<Of>> {
  const known = new Map(symbols.map((of) => [of.symbol, of]));
  const minutesOf = new Map(
    [...new Set(keys.date)].map((date) => {
      const parsed = parseBarTime(date, interval);
      return [date, 'minutes' in parsed ? parsed.minutes : NaN];
    }),
  );
  const wanted = new Map<string, number[]>();
  for (const [place, symbol] of keys.symbol.entries()) {
    const places = wanted.get(symbol);
    if (places === undefined) wanted.set(symbol, [place]);
    else places.push(place);
  }
  for (const [symbol, places] of wanted) {
    const of = known.get(symbol);
    if (of === undefined) refuse(keys, places[0] ?? -1, 'has no bar');
    const { time } = of;
    const at = integersOf(places, (place) => {
      const minutes = minutesOf.get(keys.date[place] ?? '') ?? NaN;
      const row = lowerBound(time, minutes);
      return time[row] === minutes ? row : refuse(keys, place, 'has no bar');
    });
    yield { of, places, at };
  }
}

function refuse({ symbol, date }: RowKeys, place: number, why: string): never {
  throw new GurukulError('Bug', `${symbol[place] ?? ''} was predicted at ${date[place] ?? ''} but ${why}`);
}
