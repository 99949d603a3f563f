import { unknownColumn } from '../columns/rolling.js';
import type { DirectionalMoves } from './wilder.js';

/** Bars computed side by side: few enough for their state to stay in the L1 cache. */
const LANES = 128;

/**
 * ADX, 0 to 100, with a finite memory: at every bar the value of `adx` over the last `length` bars, bit for
 * bit; NaN before bar `length − 1`. ADX is not linear, so the recursion really restarts at every bar. The
 * recursions of many bars run side by side, so that no step waits for its previous division.
 */
export function restartedAdx(moves: DirectionalMoves, period: number, length: number): Float64Array {
  const out = unknownColumn(moves.plus.length);
  const lanes: Lanes = {
    plus: new Float64Array(LANES),
    minus: new Float64Array(LANES),
    average: new Float64Array(LANES),
  };
  for (let first = length - 1; first < out.length; first += LANES) {
    const count = Math.min(LANES, out.length - first);
    for (const column of [lanes.plus, lanes.minus, lanes.average]) column.fill(0);
    for (let step = 1; step < length; step += 1)
      takeStep(lanes, moves, first - length + 1 + step, count, step, period);
    out.set(lanes.average.subarray(0, count), first);
  }
  return out;
}

/** Directional movement and ADX of the bars side by side. */
interface Lanes {
  readonly plus: Float64Array;
  readonly minus: Float64Array;
  readonly average: Float64Array;
}

/** One step in every lane. @param at Bar that the first lane reads. */
function takeStep(
  { plus, minus, average }: Lanes,
  moves: DirectionalMoves,
  at: number,
  count: number,
  step: number,
  period: number,
): void {
  const share = 1 / period;
  const decay = step < period ? 1 : 1 - share;
  // The mean of the first `period` indices, then Wilder's smoothing.
  const kept = step < 2 * period ? 1 : 1 - share;
  for (let lane = 0; lane < count; lane += 1) {
    const up = (plus[lane] ?? NaN) * decay + (moves.plus[at + lane] ?? NaN);
    const down = (minus[lane] ?? NaN) * decay + (moves.minus[at + lane] ?? NaN);
    plus[lane] = up;
    minus[lane] = down;
    if (step < period || !(up + down > 0)) continue;
    const index = (100 * Math.abs(up - down)) / (up + down);
    average[lane] = (average[lane] ?? NaN) * kept + index * share;
  }
}
