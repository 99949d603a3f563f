import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import type { SectionExposures } from '../../stats/neutral.js';
import { distinct } from '../cohorts.js';
import type { FindRow, IndexedMarket, IndexedOutcomes } from '../market-rows.js';

/** The rows of one model in one cohort and split. */
export interface ModelRows {
  readonly name: string;
  readonly predictions: Predictions;
  /** Indices of the rows. */
  readonly rows: readonly number[];
  /** Outcomes on the bars of the model; without them only the label's return is known. */
  readonly outcomes: IndexedOutcomes | undefined;
}

/** What the ranking figures of one cohort are computed from. */
export interface RankingRows {
  readonly cohort: string;
  /** The teachers first: the simple factors are taken on their rows. */
  readonly models: readonly ModelRows[];
  readonly market: IndexedMarket | undefined;
}

/** A score on a grid of dates × symbols, with the returns that it is compared with. NaN: unknown. */
export interface GridLine {
  readonly name: string;
  readonly kind: 'model' | 'factor';
  readonly rows: number;
  readonly score: Float64Array;
  /** A grid per horizon of `OUTCOME_HORIZONS`. Lines with the same bars share them. */
  readonly returns: readonly Float64Array[];
  /** Name of the bars that the returns are of. */
  readonly bars: string;
}

/** The rows of a cohort as grids of dates × symbols. */
export interface RankingGrid {
  readonly dates: readonly string[];
  readonly symbols: readonly string[];
  readonly lines: readonly GridLine[];
  /** Exposures by place in the grid; undefined: unknown. */
  readonly exposures: SectionExposures | undefined;
}

/** @param horizon Bars of the label. */
export function rankingGrid({ models, market }: RankingRows, horizon: number): RankingGrid {
  const all = (column: 'date' | 'symbol'): string[] =>
    distinct(
      models.flatMap(({ predictions, rows }) => distinct(rows.map((row) => predictions[column][row] ?? ''))),
    );
  const [dates, symbols] = [all('date'), all('symbol')];
  const dateIndex = new Map(dates.map((date, index) => [date, index]));
  const symbolIndex = new Map(symbols.map((symbol, index) => [symbol, index]));
  const size = dates.length * symbols.length;
  const empty = (): Float64Array => new Float64Array(size).fill(NaN);
  const lines = models.map((model): GridLine => {
    const { predictions, rows, outcomes } = model;
    const places = rows.map(
      (row) =>
        (dateIndex.get(predictions.date[row] ?? '') ?? 0) * symbols.length +
        (symbolIndex.get(predictions.symbol[row] ?? '') ?? 0),
    );
    const grid = (valueOf: (row: number) => number): Float64Array => {
      const values = empty();
      rows.forEach((row, i) => (values[places[i] ?? 0] = valueOf(row)));
      return values;
    };
    return {
      name: model.name,
      kind: 'model',
      rows: rows.length,
      score: grid((row) => predictions.score[row] ?? NaN),
      returns:
        outcomes === undefined
          ? OUTCOME_HORIZONS.map((bars) =>
              bars === horizon ? grid((row) => predictions.forwardReturn[row] ?? NaN) : empty(),
            )
          : [],
      bars: outcomes === undefined ? model.name : outcomes === market ? 'market' : 'placebo',
    };
  });
  const places = gridPlaces(dates, symbols);
  const known = new Map<string, readonly Float64Array[]>();
  const lookedUp = (outcomes: IndexedOutcomes, bars: string): readonly Float64Array[] => {
    const earlier = known.get(bars);
    if (earlier !== undefined) return earlier;
    const at = places(outcomes);
    const returns = OUTCOME_HORIZONS.map((_, i) =>
      onGrid(at, (row) => outcomes.outcomes.returns[i]?.[row] ?? NaN),
    );
    known.set(bars, returns);
    return returns;
  };
  const withReturns = lines.map((line, i): GridLine => {
    const outcomes = models[i]?.outcomes;
    return outcomes === undefined ? line : { ...line, returns: lookedUp(outcomes, line.bars) };
  });
  return {
    dates,
    symbols,
    lines: [...withReturns, ...factorLines(withReturns[0], market, places)],
    exposures: market && exposuresOf(market, places(market)),
  };
}

/** The simple factors where the first model has a score. */
function factorLines(
  first: GridLine | undefined,
  market: IndexedMarket | undefined,
  places: GridPlaces,
): GridLine[] {
  if (first === undefined || market === undefined) return [];
  const at = places(market);
  return market.factors.names.map((name, column) => {
    const values = onGrid(at, (row) => market.factors.values[column]?.[row] ?? NaN);
    const score = values.map((value, place) => (Number.isNaN(first.score[place]) ? NaN : value));
    return {
      name,
      kind: 'factor',
      rows: score.filter((value) => !Number.isNaN(value)).length,
      score,
      returns: first.returns,
      bars: first.bars,
    };
  });
}

/** @param at Of the grid's places. */
function exposuresOf({ exposures }: IndexedMarket, at: Int32Array): SectionExposures {
  return {
    volatility: onGrid(at, (row) => exposures.volatility[row] ?? NaN),
    beta: onGrid(at, (row) => exposures.beta[row] ?? NaN),
    tradedValue: onGrid(at, (row) => exposures.tradedValue[row] ?? NaN),
    sector: Array.from(at, (row) => exposures.sector[row] ?? null),
  };
}

/** The market row of each place in a grid; −1 where there is none. */
type GridPlaces = (outcomes: Pick<IndexedOutcomes, 'find'>) => Int32Array;

/** Tables with one index have their rows at the same places: each is looked up once. */
function gridPlaces(dates: readonly string[], symbols: readonly string[]): GridPlaces {
  const known = new Map<FindRow, Int32Array>();
  return ({ find }) => {
    const earlier = known.get(find);
    if (earlier !== undefined) return earlier;
    const rows = new Int32Array(dates.length * symbols.length);
    dates.forEach((date, day) => {
      symbols.forEach((symbol, i) => (rows[day * symbols.length + i] = find(symbol, date) ?? -1));
    });
    known.set(find, rows);
    return rows;
  };
}

function onGrid(at: Int32Array, valueOf: (row: number) => number): Float64Array {
  const values = new Float64Array(at.length);
  for (let place = 0; place < at.length; place += 1) {
    const row = at[place] ?? -1;
    values[place] = row < 0 ? NaN : valueOf(row);
  }
  return values;
}
