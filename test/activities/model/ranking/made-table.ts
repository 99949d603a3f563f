import { centredRanks } from '../../../../activities/stats/centred-ranks.js';
import { MIN_NEUTRAL_SYMBOLS, neutraliser } from '../../../../activities/stats/neutral.js';
import { neutralRanks } from '../../stats/neutral-ranks.js';
import { UNRESOLVED } from '../../../../activities/market/feature-table.js';
import { OUTCOME_HORIZONS } from '../../../../activities/market/labels/outcomes.js';
import type { RankTask } from '../../../../activities/model/ranking/fit-rank-model.js';
import type { RankSymbol, RankTable } from '../../../../activities/model/ranking/rank-model.js';
import { randomStream } from '../../../../data/random.js';
import { MINUTES_PER_DAY, dayNumber } from '../../../../data/time/dates.js';
import { NO_CHECKPOINT } from '../paces.js';

export const RANK_NAMES = ['sector_residual_1', 'volume_1_20', 'momentum_12_1', 'factor_sum', 'other'];
export const STATE_NAMES = ['market_volatility'];
export const FIRST_DAY = dayNumber('2019-01-01');

export interface MadeRankTable {
  readonly symbols?: number;
  readonly bars?: number;
  /** Expected return of a bar in standard deviations, from the ranks in the order of RANK_NAMES, and the state. */
  readonly signal?: (ranks: readonly number[], state: number) => number;
  readonly seed?: number;
  /** Whether a symbol, by its index, is a member at a bar. */
  readonly member?: (symbol: number, bar: number) => boolean;
}

/** A table with a bar every calendar day. The return of each bar follows from the ranks of the bar before it. */
export function madeRankTable({
  symbols = 30,
  bars = 400,
  signal = () => 0,
  seed = 1,
  member = () => true,
}: MadeRankTable = {}): RankTable {
  const random = randomStream([seed, 'made ranks']);
  const width = RANK_NAMES.length;
  const ranks = Array.from({ length: symbols }, () => new Float32Array(bars * width));
  const returns = Array.from({ length: symbols }, () => new Float64Array(bars));
  const state = Float32Array.from({ length: bars }, () => 2 * random.uniform() - 1);
  for (let bar = 0; bar < bars; bar += 1) {
    for (let column = 0; column < width; column += 1) {
      const values = centredRanks(Float64Array.from({ length: symbols }, () => random.normal()));
      ranks.forEach((own, symbol) => (own[bar * width + column] = values[symbol] ?? NaN));
    }
    returns.forEach((own, symbol) => {
      const row = Array.from(ranks[symbol]?.subarray(bar * width, (bar + 1) * width) ?? []);
      own[bar] = 0.01 * (random.normal() + signal(row, state[bar] ?? 0));
    });
  }
  const time = Int32Array.from({ length: bars }, (_, bar) => (FIRST_DAY + bar) * MINUTES_PER_DAY);
  const known = (horizon: number, bar: number): boolean => bar + horizon < bars;
  const resolvedAt = OUTCOME_HORIZONS.map((horizon) =>
    time.map((_, bar) => (known(horizon, bar) ? (time[bar + horizon] ?? NaN) : UNRESOLVED)),
  );
  const outcomes = returns.map((own) =>
    OUTCOME_HORIZONS.map((horizon) =>
      Float64Array.from(time, (_, bar) =>
        known(horizon, bar) ? own.subarray(bar, bar + horizon).reduce((sum, part) => sum + part, 0) : NaN,
      ),
    ),
  );
  const exposure = (): Float32Array => Float32Array.from({ length: symbols }, () => random.normal());
  const section = { volatility: exposure(), beta: exposure(), tradedValue: exposure() };
  const sector = Array.from({ length: symbols }, (_, symbol) => ['steel', 'banks', null][symbol % 3] ?? null);
  const residual = neutraliser({ ...section, sector });
  const targetsOf = (values: number[]): Float64Array =>
    symbols < MIN_NEUTRAL_SYMBOLS ? centredRanks(values) : neutralRanks(values, residual);
  const targets = OUTCOME_HORIZONS.map((horizon, place) => {
    const columns = outcomes.map(() => new Float32Array(bars).fill(NaN));
    for (let bar = 0; known(horizon, bar); bar += 1)
      targetsOf(outcomes.map((own) => own[place]?.[bar] ?? NaN)).forEach((rank, symbol) => {
        const column = columns[symbol];
        if (column !== undefined) column[bar] = rank;
      });
    return columns;
  });
  return {
    rankNames: RANK_NAMES,
    stateNames: STATE_NAMES,
    symbols: outcomes.map((own, symbol): RankSymbol => ({
      symbol: `S${String(symbol).padStart(3, '0')}`,
      time,
      complete: new Uint8Array(bars).fill(1),
      member: Uint8Array.from(time, (_, bar) => (member(symbol, bar) ? 1 : 0)),
      resolvedAt: resolvedAt[1] ?? time,
      ranks: ranks[symbol] ?? new Float32Array(0),
      state,
      outcomes: { returns: own, resolvedAt },
      exposures: {
        volatility: new Float32Array(bars).fill(section.volatility[symbol] ?? NaN),
        beta: new Float32Array(bars).fill(section.beta[symbol] ?? NaN),
        tradedValue: new Float32Array(bars).fill(section.tradedValue[symbol] ?? NaN),
      },
      sector: sector[symbol] ?? null,
      targets: targets.map((columns) => columns[symbol] ?? new Float32Array(0)),
    })),
  };
}

/** Exchange minute at which a bar of a made table starts. */
export function timeOfBar(bar: number): number {
  return (FIRST_DAY + bar) * MINUTES_PER_DAY;
}

/** A task whose cohort ends at the table's last bar, with a validation part of the last 60 bars. */
export function madeTask(bars: number): RankTask {
  return {
    cohort: '2020',
    seed: 7,
    validationStart: timeOfBar(bars - 60),
    end: timeOfBar(bars),
    permute: true,
    phase: () => NO_CHECKPOINT,
  };
}
