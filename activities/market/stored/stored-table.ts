import { rmSync } from 'node:fs';
import path from 'node:path';

import { GurukulError, systemErrorCode } from '../../../data/errors.js';
import { marketTimes, placesIn } from '../columns/market-bars.js';
import type { Exposures, FeatureTable, Outcomes, SymbolTable } from '../feature-table.js';
import { relativeColumnsOf, relativeOf } from '../features/relative-features.js';
import { FACTORS, RANK_NAMES, STATE_FIGURES } from '../ranking/rank-features.js';
import { stateOfRows } from '../ranking/ranking-data.js';
import type { NumberArray } from './array-file.js';
import type { Lazy } from './column-cache.js';
import { ColumnCache, readOnce } from './column-cache.js';
import { ColumnFile, checksumOf } from './column-file.js';
import type { MarketColumns } from './market-columns.js';
import { readMarket } from './market-columns.js';
import type {
  Float32Column,
  Float64Column,
  Int32Column,
  TableColumn,
  TableColumns,
  Uint8Column,
} from './table-columns.js';
import { HORIZONS, tableColumns } from './table-columns.js';
import type { TableIndex } from './table-index.js';
import { readIndex } from './table-index.js';

/** Files of a stored table in its folder. */
export const INDEX_FILE = 'table.json';
export const COLUMNS_FILE = 'columns.bin';

/** Columns of a table that stay in memory: those of some dozens of symbols. */
const CACHE_BYTES = 32 * 1024 * 1024;

/**
 * Opens a feature table that was built before. Its columns are read, and checked, when they are asked for, and a few of
 * them are kept, so that a table of any size takes about as much memory as its times.
 *
 * Whoever works on many symbols should do so symbol after symbol: from one time to the next, every column would be read
 * again.
 *
 * @returns Undefined where it is not there, or not complete.
 */
export async function openStoredTable(
  folder: string,
  cacheBytes = CACHE_BYTES,
): Promise<FeatureTable | undefined> {
  const index = await readIndex(path.join(folder, INDEX_FILE));
  if (index === undefined) return undefined;
  const columns = tableColumns(index.names.length);
  const file = openColumns(path.join(folder, COLUMNS_FILE), columns);
  if (file === undefined) return undefined;
  for (const { rows } of index.symbols) file.add(rows);
  const relativeColumns = relativeColumnsOf(index.names);
  const stored = new StoredColumns(folder, file, index, new ColumnCache(cacheBytes));
  const times = index.symbols.map(({ rows }, symbol) =>
    stored.int32({ symbol, first: 0, until: rows }, 'time'),
  );
  const market = readMarket(file, index.market.bars, relativeColumns, index.market.checksum);
  if (market === undefined) throw stored.damaged('the market');
  const bars = marketTimes(times.map((time) => ({ time })));
  return {
    names: index.names,
    relativeColumns,
    rankNames: RANK_NAMES,
    stateNames: STATE_FIGURES.map(({ name }) => name),
    factorNames: FACTORS.map(({ name }) => name),
    symbols: times.map((time, symbol) =>
      symbolTable(stored, market, wholeSymbol(stored, symbol, time, bars)),
    ),
  };
}

function openColumns(file: string, columns: TableColumns): ColumnFile | undefined {
  try {
    return new ColumnFile(file, 'r', columns);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Reads the columns of a table, and checks each the first time. */
class StoredColumns {
  /** 1 for each symbol whose column was checked. */
  readonly #known = new Map<TableColumn, Uint8Array>();

  constructor(
    readonly folder: string,
    readonly file: ColumnFile,
    readonly index: TableIndex,
    readonly cache: ColumnCache,
  ) {}

  float64(rows: RowSpan, column: Float64Column): Float64Array {
    return this.#read(rows, column, (...span) => this.file.float64(rows.symbol, column, ...span));
  }

  float32(rows: RowSpan, column: Float32Column): Float32Array {
    return this.#read(rows, column, (...span) => this.file.float32(rows.symbol, column, ...span));
  }

  int32(rows: RowSpan, column: Int32Column): Int32Array {
    return this.#read(rows, column, (...span) => this.file.int32(rows.symbol, column, ...span));
  }

  uint8(rows: RowSpan, column: Uint8Column): Uint8Array {
    return this.#read(rows, column, (...span) => this.file.uint8(rows.symbol, column, ...span));
  }

  /** The error of a damaged column; the table is built again by the next that needs it. */
  damaged(what: string): GurukulError {
    rmSync(path.join(this.folder, INDEX_FILE), { force: true });
    return new GurukulError('ChecksumMismatch', `${this.file.path} is damaged: ${what}`);
  }

  #read<Values extends NumberArray>(
    { symbol, first, until }: RowSpan,
    column: TableColumn,
    read: (first: number, until: number) => Values,
  ): Values {
    const known = this.#known.get(column) ?? new Uint8Array(this.index.symbols.length);
    this.#known.set(column, known);
    if (known[symbol] !== 1) {
      const { symbol: name = '', rows = 0, checksums = {} } = this.index.symbols[symbol] ?? {};
      const whole = read(0, rows);
      if (checksums[column] !== checksumOf(whole)) throw this.damaged(`${column} of ${name}`);
      known[symbol] = 1;
      if (first === 0 && until === rows) return whole;
    }
    return read(first, until);
  }
}

/** Some rows of a symbol. */
interface RowSpan {
  /** Index of the symbol. */
  readonly symbol: number;
  readonly first: number;
  readonly until: number;
}

/** Rows of a symbol with what stays in memory of them: a few bytes each, which say what the symbol is used for. */
interface KnownRows extends RowSpan {
  readonly time: Int32Array;
  readonly complete: Uint8Array;
  readonly member: Uint8Array;
  /** Index of each row in the market bars. */
  readonly places: Lazy<Int32Array>;
  /** Whether they are all rows of the symbol, which stay with the table. */
  readonly whole: boolean;
}

/** @param bars Times of the market bars. */
function wholeSymbol(stored: StoredColumns, symbol: number, time: Int32Array, bars: Int32Array): KnownRows {
  const span = { symbol, first: 0, until: time.length };
  return {
    ...span,
    time,
    complete: stored.uint8(span, 'complete'),
    member: stored.uint8(span, 'member'),
    places: stored.cache.column(() => placesIn(bars, time)),
    whole: true,
  };
}

function rowsBetween(known: KnownRows, first: number, until: number): KnownRows {
  const { symbol, time, complete, member, places } = known;
  return {
    ...{ symbol, first: known.first + first, until: known.first + until },
    time: time.subarray(first, until),
    complete: complete.subarray(first, until),
    member: member.subarray(first, until),
    places: () => places().subarray(first, until),
    whole: false,
  };
}

function symbolTable(stored: StoredColumns, market: MarketColumns, rows: KnownRows): SymbolTable {
  const { cache, index } = stored;
  const { time, complete, member, places } = rows;
  const lazy = <Values extends NumberArray>(read: () => Values): Lazy<Values> =>
    rows.whole ? cache.column(read) : readOnce(read);
  const float64 = (column: Float64Column): Lazy<Float64Array> => lazy(() => stored.float64(rows, column));
  const float32 = (column: Float32Column): Lazy<Float32Array> => lazy(() => stored.float32(rows, column));
  const int32 = (column: Int32Column): Lazy<Int32Array> => lazy(() => stored.int32(rows, column));
  const horizons = Array.from({ length: HORIZONS }, (_, horizon) => horizon);
  const label = lazy(() => stored.uint8(rows, 'label'));
  const [features, ranks, factors] = [float32('features'), float32('ranks'), float32('factors')];
  const [forwardReturn, forwardScale] = [float64('forwardReturn'), float64('forwardScale')];
  const [touchedAt, resolvedAt, weight] = [int32('touchedAt'), int32('resolvedAt'), float32('weight')];
  const relative = lazy(() =>
    relativeOf(market.relative, { features: features(), complete }, index.names.length, places()),
  );
  const state = lazy(() => stateOfRows(market.state, places()));
  const targets = lazyList(horizons.map((horizon) => float32(`targets.${horizon}`)));
  const exposures = exposuresOf(float32('volatility'), float32('beta'), float32('tradedValue'));
  const outcomes = outcomesOf(
    int32('entryTime'),
    float64('entryPrice'),
    lazyList(horizons.map((horizon) => float64(`returns.${horizon}`))),
    lazyList(horizons.map((horizon) => int32(`heldUntil.${horizon}`))),
  );
  const { symbol, sector } = index.symbols[rows.symbol] ?? { symbol: '', sector: null };
  const table: SymbolTable = {
    ...{ symbol, sector, time, complete, member, exposures, outcomes },
    get features() {
      return features();
    },
    get relative() {
      return relative();
    },
    get forwardReturn() {
      return forwardReturn();
    },
    get forwardScale() {
      return forwardScale();
    },
    get label() {
      return label();
    },
    get touchedAt() {
      return touchedAt();
    },
    get resolvedAt() {
      return resolvedAt();
    },
    get weight() {
      return weight();
    },
    get ranks() {
      return ranks();
    },
    get state() {
      return state();
    },
    get factors() {
      return factors();
    },
    get targets() {
      return targets();
    },
  };
  const between = (first: number, until: number): SymbolTable =>
    symbolTable(stored, market, rowsBetween(rows, first, until));
  return Object.defineProperty(table, 'between', { value: between });
}

function exposuresOf(
  volatility: Lazy<Float32Array>,
  beta: Lazy<Float32Array>,
  tradedValue: Lazy<Float32Array>,
): Exposures {
  return {
    get volatility() {
      return volatility();
    },
    get beta() {
      return beta();
    },
    get tradedValue() {
      return tradedValue();
    },
  };
}

function outcomesOf(
  entryTime: Lazy<Int32Array>,
  entryPrice: Lazy<Float64Array>,
  returns: Lazy<Float64Array[]>,
  resolvedAt: Lazy<Int32Array[]>,
): Outcomes {
  return {
    get entryTime() {
      return entryTime();
    },
    get entryPrice() {
      return entryPrice();
    },
    get returns() {
      return returns();
    },
    get resolvedAt() {
      return resolvedAt();
    },
  };
}

/** Some columns at once. */
function lazyList<Value>(columns: readonly Lazy<Value>[]): Lazy<Value[]> {
  return () => columns.map((column) => column());
}
