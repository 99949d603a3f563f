import { randomStream } from '../../../data/random.js';
import { MINUTES_PER_DAY, dayNumber } from '../../../data/time/dates.js';
import type { FeatureTable, SymbolTable } from '../../../activities/market/feature-table.js';
import { UNRESOLVED } from '../../../activities/market/feature-table.js';
import {
  relativeColumnsOf,
  relativeFeatures,
} from '../../../activities/market/features/relative-features.js';
import { OUTCOME_HORIZONS } from '../../../activities/market/labels/outcomes.js';
import { FACTORS, RANK_NAMES, STATE_FIGURES } from '../../../activities/market/ranking/rank-features.js';
import { unknownRanking } from '../../../activities/market/ranking/ranking-data.js';

export interface SyntheticTableOptions {
  readonly symbols?: number;
  readonly bars?: number;
  readonly features?: number;
  /** How strongly the first two features determine the label; 0: not at all. */
  readonly signal?: number;
  /** Shift of the logit of the symbol with this index, for windows to adapt to. */
  readonly bias?: (symbol: number) => number;
  readonly seed?: number;
}

export const HORIZON = 5;
export const FIRST_DAY = '2020-01-01';

/**
 * A table with a bar every calendar day from 2020 on, and labels that follow a known rule; the forward scale
 * depends on the first feature, too.
 */
export function syntheticTable({
  symbols = 4,
  bars = 500,
  features = 5,
  signal = 2,
  bias = () => 0,
  seed = 1,
}: SyntheticTableOptions = {}): FeatureTable {
  const names = Array.from({ length: features }, (_, index) => `f${index}`);
  const generated = Array.from({ length: symbols }, (_, index) =>
    generateSymbol({ index, bars, features, signal, bias: bias(index), seed }),
  );
  const places = generated.map(({ time }) => time.map((_, bar) => bar));
  const relativeColumns = relativeColumnsOf(names);
  const relative = relativeFeatures(generated, features, relativeColumns, places, bars);
  return {
    names,
    relativeColumns,
    rankNames: RANK_NAMES,
    stateNames: STATE_FIGURES.map(({ name }) => name),
    factorNames: FACTORS.map(({ name }) => name),
    symbols: generated.map((symbol, index) => ({
      ...symbol,
      relative: relative[index] ?? new Float32Array(0),
    })),
  };
}

function generateSymbol(options: {
  index: number;
  bars: number;
  features: number;
  signal: number;
  bias: number;
  seed: number;
}): Omit<SymbolTable, 'relative'> {
  const { index, bars, features: width, signal, bias, seed } = options;
  // The key only selects the stream of random numbers.
  const random = randomStream([seed, 'made table', index]);
  const time = Int32Array.from({ length: bars }, (_, bar) => (dayNumber(FIRST_DAY) + bar) * MINUTES_PER_DAY);
  const features = Float32Array.from({ length: bars * width }, () => random.normal());
  const label = new Uint8Array(bars);
  const forwardReturn = new Float64Array(bars).fill(NaN);
  const forwardScale = new Float64Array(bars).fill(NaN);
  const resolvedAt = new Int32Array(bars).fill(UNRESOLVED);
  for (let bar = 0; bar + HORIZON < bars; bar += 1) {
    const [first = 0, second = 0] = features.subarray(bar * width, bar * width + 2);
    const probability =
      1 / (1 + Math.exp(-(signal * (first + 0.5 * Math.tanh(second) * first) - 0.7 + bias)));
    label[bar] = random.uniform() < probability ? 1 : 0;
    forwardReturn[bar] = (label[bar] === 1 ? 0.03 : -0.01) + 0.001 * random.uniform();
    forwardScale[bar] = 0.5 * first + 0.2 * random.normal();
    resolvedAt[bar] = time[bar + HORIZON] ?? UNRESOLVED;
  }
  return {
    symbol: `S${String(index).padStart(3, '0')}`,
    time,
    features,
    complete: new Uint8Array(bars).fill(1),
    member: new Uint8Array(bars).fill(1),
    forwardReturn,
    forwardScale,
    label,
    touchedAt: resolvedAt,
    resolvedAt,
    weight: new Float32Array(bars).fill(1 / HORIZON),
    outcomes: {
      entryTime: time,
      entryPrice: new Float64Array(bars).fill(100),
      returns: OUTCOME_HORIZONS.map((horizon) =>
        horizon === HORIZON ? forwardReturn : new Float64Array(bars).fill(NaN),
      ),
      resolvedAt: OUTCOME_HORIZONS.map((horizon) =>
        horizon === HORIZON ? resolvedAt : new Int32Array(bars).fill(UNRESOLVED),
      ),
    },
    ...unknownRanking(bars),
  };
}

/** A table without some symbols. */
export function withoutSymbols(table: FeatureTable, gone: readonly string[]): FeatureTable {
  return { ...table, symbols: table.symbols.filter(({ symbol }) => !gone.includes(symbol)) };
}

/** A table with one symbol changed by a function of its copy. */
export function withSymbol(
  table: FeatureTable,
  symbol: string,
  change: (copy: SymbolTable) => void,
): FeatureTable {
  return {
    ...table,
    symbols: table.symbols.map((known) => {
      if (known.symbol !== symbol) return known;
      const copy = { ...known, features: known.features.slice(), label: known.label.slice() };
      change(copy);
      return copy;
    }),
  };
}
