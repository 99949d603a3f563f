import { bytesOf, cellsOf, joinInto } from '../../data/math/fill-columns.js';
import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../data/bars/series.js';
import { GurukulError } from '../../data/errors.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { ADJACENT_SLOTS } from './bar-slots.js';
import type { Exposures, FeatureTable } from './feature-table.js';
import { joinSymbolParts } from './features/build-feature-table.js';
import { symbolPart } from './features/symbol-part.js';
import type { Membership } from './membership.js';
import { ALL_MEMBERS } from './membership.js';
import { newestTails } from './newest-tail.js';
import { sessionFigures } from './ranking/sessions.js';
import type { Sectors } from './sectors.js';
import { NO_SECTORS } from './sectors.js';

/** What the newest rows depend on beside the bars. */
export interface NewestRowsOptions {
  /** The time of the rows, in exchange minutes: bars after it are not used. @default that of the newest bar */
  readonly at?: number;
  /** @default every symbol is a member at every date */
  readonly membership?: Membership;
  /** Sector of each symbol; those without one are not listed. @default no symbol has one */
  readonly sectors?: Sectors;
}

/** A symbol without a bar at the time of the rows. */
export interface StaleSymbol {
  readonly symbol: string;
  /** Time of its newest bar in exchange minutes; undefined where it has none. */
  readonly newest: number | undefined;
}

/** One row for each symbol that has a bar at a time: the same values as in the feature table, as columns of n rows. */
export interface NewestRows
  extends
    Pick<FeatureTable, 'names' | 'relativeColumns' | 'rankNames' | 'stateNames' | 'factorNames'>,
    Exposures {
  /** Time of all rows, in exchange minutes. */
  readonly time: number;
  /** Symbols of the rows, ascending. */
  readonly symbols: readonly string[];
  /** The other symbols, ascending. */
  readonly stale: readonly StaleSymbol[];
  /** Null where unknown. */
  readonly sectors: readonly (string | null)[];
  /** 1 where every feature of the row is known. */
  readonly complete: Uint8Array;
  /** 1 where the company is a member of the index. */
  readonly member: Uint8Array;
  /** Row-major [n × F]; NaN in a row that is not complete. */
  readonly features: Float32Array;
  /** Row-major [n × R]; NaN in a row that is not complete. */
  readonly relative: Float32Array;
  /** Row-major [n × K]; 0 where unknown. */
  readonly ranks: Float32Array;
  /** Row-major [n × S]; 0 where unknown. */
  readonly state: Float32Array;
  /** Row-major [n × factors]; NaN where unknown. */
  readonly factors: Float32Array;
}

/**
 * Features, relative features, ranks, state, factors and exposures of the newest bar of every symbol. They are computed
 * by the code of the feature table from the bars that can matter alone (see `newestTails`), and are equal to the last
 * rows of the table of all bars, bit for bit.
 *
 * @param series Adjusted bars of one interval, each symbol once.
 * @param rule That of the training: features of volatility are in its units.
 * @throws GurukulError DataGap when there is no bar (at or before `at`).
 * @throws GurukulError Bug when a symbol occurs twice.
 */
export function newestRows(
  series: readonly BarSeries[],
  rule: LabelRule,
  { at, membership = ALL_MEMBERS, sectors = NO_SECTORS }: NewestRowsOptions = {},
): NewestRows {
  const used = at === undefined ? series : series.map((own) => barsUntil(own, at));
  const time = used.reduce((newest, own) => Math.max(newest, own.time.at(-1) ?? -Infinity), -Infinity);
  if (time === -Infinity) throw new GurukulError('DataGap', 'there is no bar to compute features of');
  const parts = newestTails(used).map(({ bars, sessions }) => {
    const part = symbolPart(bars, rule, ADJACENT_SLOTS);
    if (sessions === bars) return part;
    // Exposures look back over more sessions than anything else does over bars.
    const figures = sessionFigures(sessions, NO_DAILY);
    return { ...part, ranking: { ...part.ranking, sessions: figures } };
  });
  const { symbols: tables, ...names } = joinSymbolParts(parts, rule, membership, sectors, 'newest');
  const present = tables.filter((table) => table.time.at(-1) === time);
  const rows = new Set(present.map(({ symbol }) => symbol));
  const lastOf = (pick: (table: (typeof present)[number]) => Float32Array): Float32Array =>
    joined(present.map((table) => pick(table).subarray(-pick(table).length / table.time.length)));
  return {
    ...names,
    time,
    symbols: present.map(({ symbol }) => symbol),
    stale: used
      .filter(({ symbol }) => !rows.has(symbol))
      .map(({ symbol, time: own }) => ({ symbol, newest: own.at(-1) }))
      .sort((a, b) => (a.symbol < b.symbol ? -1 : 1)),
    sectors: present.map(({ sector }) => sector),
    complete: bytesOf(present, ({ complete }) => complete.at(-1) ?? 0),
    member: bytesOf(present, ({ member }) => member.at(-1) ?? 0),
    features: lastOf(({ features }) => features),
    relative: lastOf(({ relative }) => relative),
    ranks: lastOf(({ ranks }) => ranks),
    state: lastOf(({ state }) => state),
    factors: lastOf(({ factors }) => factors),
    volatility: lastOf(({ exposures }) => exposures.volatility),
    beta: lastOf(({ exposures }) => exposures.beta),
    tradedValue: lastOf(({ exposures }) => exposures.tradedValue),
  };
}

/** Sessions of bars within a day have figures of their own. */
const NO_DAILY = { return1: new Float64Array(0), deviation60: new Float64Array(0) };

function barsUntil(series: BarSeries, at: number): BarSeries {
  return sliceBars(series, 0, lowerBound(series.time, at + 1));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  return joinInto(new Float32Array(cellsOf(parts)), parts);
}
