import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { lowerBound } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import { marketTimes, placesIn } from '../columns/market-bars.js';
import { reachOf } from '../columns/reach.js';
import { memberRows } from '../membership.js';
import { completeCells, crossSections, featureNames } from '../features/cross-sections.js';
import { hasHistory, marketWarmTime } from '../features/lookback.js';
import { RelativeSums, relativeColumnsOf } from '../features/relative-features.js';
import type { SymbolPart } from '../features/symbol-part.js';
import { marketExposures } from '../ranking/exposures.js';
import { marketState } from '../ranking/market-state.js';
import { FACTORS, RANK_NAMES } from '../ranking/rank-features.js';
import { rankRows } from '../ranking/rank-rows.js';
import { putSlope, sectorNumbers } from '../ranking/ranking-data.js';
import { neutralTargets } from '../ranking/targets.js';
import type { TableSource } from '../table-source.js';
import { ColumnFile, checksumOf } from './column-file.js';
import type { MarketColumns } from './market-columns.js';
import { writeMarket } from './market-columns.js';
import { ScratchFigures } from './scratch-figures.js';
import { COLUMNS_FILE, INDEX_FILE } from './stored-table.js';
import type { TableColumn } from './table-columns.js';
import { HORIZONS, tableColumns } from './table-columns.js';
import type { TableIndex } from './table-index.js';
import { writeIndex } from './table-index.js';

const SCRATCH_FILE = 'figures.bin';

/** Bytes of the rows that are ranked at once. */
const CHUNK_BYTES = 32 * 1024 * 1024;

/**
 * Builds the feature table of a source in a folder of its own, to the same bits as `joinSymbolParts`: it holds one
 * symbol in memory at a time, then all symbols over a few market bars. Of every row only its time and what says that it
 * is used stay in memory.
 *
 * @param onStep Called after each symbol and each span of market bars.
 * @throws Error of Node.js where the disk refuses; the folder is removed then.
 */
export async function buildStoredTable(
  folder: string,
  source: TableSource,
  onStep: () => Promise<void> | void,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  let build: TableBuild | undefined;
  try {
    for (const place of source.symbols.keys()) {
      const part = await source.part(place);
      build ??= new TableBuild(folder, source, part.names);
      build.add(part);
      await onStep();
    }
    build ??= new TableBuild(folder, source, []);
    for (const _ of build.join()) await onStep();
    await writeIndex(path.join(folder, INDEX_FILE), build.index());
    await rm(path.join(folder, SCRATCH_FILE), { force: true });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    build?.close();
  }
}

/** A symbol of a table that is being built. */
interface BuiltSymbol {
  readonly symbol: string;
  readonly time: Int32Array;
  readonly member: Uint8Array;
  /** Times of its sessions. */
  readonly sessions: Int32Array;
  readonly checksums: Map<TableColumn, number>;
}

class TableBuild {
  readonly #source: TableSource;
  readonly #own: readonly string[];
  readonly #names: readonly string[];
  readonly #file: ColumnFile;
  readonly #scratch: ScratchFigures;
  readonly #symbols: BuiltSymbol[] = [];
  #market = { bars: 0, checksum: 0 };

  /** @param own Names of a symbol's own features. */
  constructor(folder: string, source: TableSource, own: readonly string[]) {
    this.#source = source;
    this.#own = own;
    this.#names = featureNames(own);
    this.#file = new ColumnFile(path.join(folder, COLUMNS_FILE), 'wx+', tableColumns(this.#names.length));
    this.#scratch = new ScratchFigures(path.join(folder, SCRATCH_FILE));
  }

  /** Writes what depends on one symbol alone. Symbols come in order. */
  add({ symbol, time, cells, figures, labels, outcomes, ranking }: SymbolPart): void {
    if (symbol <= (this.#symbols.at(-1)?.symbol ?? ''))
      throw new GurukulError('Bug', `the feature table was given ${symbol} out of order, or twice`);
    const member = memberRows(time, this.#source.membership.get(symbol));
    const { sessions } = ranking;
    const place = this.#file.add(time.length);
    this.#symbols.push({ symbol, time, member, sessions: sessions.time, checksums: new Map() });
    this.#scratch.add(figures, sessions);
    // Later they are completed.
    this.#file.write(place, 'features', cells);
    this.#file.write(place, 'ranks', ranking.cells);
    this.#put(place, 'time', time);
    this.#put(place, 'member', member);
    this.#put(place, 'forwardReturn', labels.forwardReturn);
    this.#put(place, 'forwardScale', labels.forwardScale);
    this.#put(place, 'label', labels.label);
    this.#put(place, 'touchedAt', labels.touchedAt);
    this.#put(place, 'resolvedAt', labels.resolvedAt);
    this.#put(place, 'weight', labels.weight);
    this.#put(place, 'entryTime', outcomes.entryTime);
    this.#put(place, 'entryPrice', outcomes.entryPrice);
    outcomes.returns.forEach((values, horizon) => this.#put(place, `returns.${horizon}`, values));
    outcomes.resolvedAt.forEach((values, horizon) => this.#put(place, `heldUntil.${horizon}`, values));
  }

  /** Computes what compares symbols. Yields now and then. */
  *join(): Generator<void> {
    const { rule, membership, sectors } = this.#source;
    const times = marketTimes(this.#symbols);
    const places = this.#symbols.map(({ time }) => placesIn(times, time));
    const members = this.#symbols.map(({ member }) => member);
    const warmTime = marketWarmTime(this.#symbols.map(({ time }) => time));
    const sections = crossSections(
      (figure) => (place) => this.#scratch.figure(place, figure),
      { places, members, marketBars: times.length },
      rule,
    );
    const over1 = sections.moments.return1;
    const exposuresOf = marketExposures(this.#symbols, membership, (place) =>
      this.#scratch.sessionReturns(place),
    );
    const relative = new RelativeSums(this.#names.length, relativeColumnsOf(this.#names), times.length);
    const reaches = places.map(reachOf);
    for (const [place, { time, member, sessions }] of this.#symbols.entries()) {
      const [own, reach] = [places[place] ?? NO_ROWS, reaches[place] ?? NO_ROWS];
      const figures = this.#scratch.figures(place);
      const features = this.#file.float32(place, 'features');
      const isWarm = (row: number): boolean => hasHistory(row, time[row] ?? NaN, warmTime);
      const complete = completeCells(features, this.#own.length, figures, sections, own, isWarm);
      relative.add({ features, complete, member }, own);
      const cells = this.#file.float32(place, 'ranks');
      const slope = putSlope(cells, figures.return1, over1.mean, own, reach);
      const exposures = exposuresOf(place, this.#scratch.sessions(place, sessions), slope);
      this.#put(place, 'features', features);
      this.#put(place, 'complete', complete);
      this.#put(place, 'volatility', exposures.volatility);
      this.#put(place, 'beta', exposures.beta);
      this.#put(place, 'tradedValue', exposures.tradedValue);
      // Later they become ranks.
      this.#file.write(place, 'ranks', cells);
      yield;
    }
    const sector = sectorNumbers(this.#symbols, sectors);
    for (const [first, until] of chunksOf(times.length, this.#symbols.length)) {
      this.#rank(first, until, places, reaches, sector);
      yield;
    }
    this.#seal(times.length, { relative: relative.means(), state: marketState(over1) });
  }

  index(): TableIndex {
    const { sectors } = this.#source;
    return {
      names: [...this.#names],
      symbols: this.#symbols.map(({ symbol, time, checksums }) => ({
        ...{ symbol, sector: sectors.get(symbol) ?? null, rows: time.length },
        checksums: Object.fromEntries(checksums),
      })),
      market: this.#market,
    };
  }

  close(): void {
    this.#file.close();
    this.#scratch.close();
  }

  /** Ranks the rows at some market bars, and computes their targets. */
  #rank(
    first: number,
    until: number,
    places: readonly Int32Array[],
    reaches: readonly Int32Array[],
    sectors: Int32Array,
  ): void {
    const spans = places.map((own) => [lowerBound(own, first), lowerBound(own, until)] as const);
    const bars = {
      places: places.map((own, place) =>
        own.subarray(...(spans[place] ?? NO_SPAN)).map((bar) => bar - first),
      ),
      marketBars: until - first,
      first: 0,
    };
    const file = this.#file;
    const rows = this.#symbols.map(({ member }, place) => {
      const span = spans[place] ?? NO_SPAN;
      return {
        cells: file.float32(place, 'ranks', ...span),
        member: member.subarray(...span),
        reach: (reaches[place] ?? NO_ROWS).subarray(...span),
        volatility: file.float32(place, 'volatility', ...span),
      };
    });
    const factors = rankRows(rows, sectors, bars);
    const targets = neutralTargets(
      rows.map(({ member, volatility }, place) => {
        const span = spans[place] ?? NO_SPAN;
        return {
          member,
          exposures: {
            volatility,
            beta: file.float32(place, 'beta', ...span),
            tradedValue: file.float32(place, 'tradedValue', ...span),
          },
          outcomes: {
            returns: Array.from({ length: HORIZONS }, (_, horizon) =>
              file.float64(place, `returns.${horizon}`, ...span),
            ),
          },
        };
      }),
      sectors,
      bars,
    );
    for (const [place, { cells }] of rows.entries()) {
      const [row] = spans[place] ?? NO_SPAN;
      this.#append(place, 'ranks', cells, row);
      this.#append(place, 'factors', factors[place] ?? new Float32Array(0), row);
      targets[place]?.forEach((values, horizon) => this.#append(place, `targets.${horizon}`, values, row));
    }
  }

  #seal(bars: number, market: MarketColumns): void {
    this.#market = { bars, checksum: writeMarket(this.#file, market) };
  }

  /** Writes a column for good. */
  #put(place: number, column: TableColumn, values: Parameters<ColumnFile['write']>[2]): void {
    this.#file.write(place, column, values);
    this.#symbols[place]?.checksums.set(column, checksumOf(values));
  }

  /** Writes the next rows of a column for good. */
  #append(place: number, column: TableColumn, values: Float32Array, row: number): void {
    this.#file.write(place, column, values, row);
    const checksums = this.#symbols[place]?.checksums;
    checksums?.set(column, checksumOf(values, checksums.get(column)));
  }
}

const NO_ROWS = new Int32Array(0);
const NO_SPAN = [0, 0] as const;

/** Spans of market bars that have few rows. */
function chunksOf(marketBars: number, symbols: number): [number, number][] {
  const bytes = symbols * (4 * (RANK_NAMES.length + FACTORS.length) + 12 * HORIZONS);
  const size = Math.max(1, Math.floor(CHUNK_BYTES / Math.max(1, bytes)));
  const chunks: [number, number][] = [];
  for (let first = 0; first < marketBars; first += size)
    chunks.push([first, Math.min(first + size, marketBars)]);
  return chunks;
}
