import { unknownColumn } from './rolling.js';
import type { CloseMoves, DirectionalMoves } from './wilder.js';

/**
 * Wilder's indicators with a finite memory: what `restarted` would give of `rsi`, `atr` and `adx`, to the
 * last bit, at a third of the time. Every bar's recursion starts anew `length` bars back; here those of many
 * bars run side by side, so that none waits for the division of its own step before.
 */

/** Bars worked on side by side: few enough for their state to stay in the nearest cache. */
const LANES = 128;

/** RSI, 0 to 100, of the last `length` bars at every bar; NaN before the first full stretch. */
export function restartedRsi({ up, down }: CloseMoves, period: number, length: number): Float64Array {
  const out = unknownColumn(up.length);
  const gain = new Float64Array(LANES);
  const loss = new Float64Array(LANES);
  for (let first = length - 1; first < up.length; first += LANES) {
    const lanes = Math.min(LANES, up.length - first);
    gain.fill(0);
    loss.fill(0);
    for (let step = 1; step < length; step += 1) {
      const at = first - length + 1 + step;
      smooth(gain, up, at, lanes, period, step);
      smooth(loss, down, at, lanes, period, step);
    }
    for (let lane = 0; lane < lanes; lane += 1) {
      const [gained, lost] = [gain[lane] ?? NaN, loss[lane] ?? NaN];
      out[first + lane] = gained + lost === 0 ? 50 : (100 * gained) / (gained + lost);
    }
  }
  return out;
}

/** ATR of the last `length` bars at every bar, in the unit of the prices. */
export function restartedAtr(ranges: Float64Array, period: number, length: number): Float64Array {
  const out = unknownColumn(ranges.length);
  const average = new Float64Array(LANES);
  for (let first = length - 1; first < ranges.length; first += LANES) {
    const lanes = Math.min(LANES, ranges.length - first);
    average.fill(0);
    for (let step = 1; step < length; step += 1)
      smooth(average, ranges, first - length + 1 + step, lanes, period, step);
    out.set(average.subarray(0, lanes), first);
  }
  return out;
}

/** ADX, 0 to 100, of the last `length` bars at every bar. */
export function restartedAdx(moves: DirectionalMoves, period: number, length: number): Float64Array {
  const out = unknownColumn(moves.plus.length);
  const share = 1 / period;
  const [plus, minus, range, average] = [
    new Float64Array(LANES),
    new Float64Array(LANES),
    new Float64Array(LANES),
    new Float64Array(LANES),
  ];
  for (let first = length - 1; first < out.length; first += LANES) {
    const lanes = Math.min(LANES, out.length - first);
    for (const column of [plus, minus, range, average]) column.fill(0);
    for (let step = 1; step < length; step += 1) {
      const at = first - length + 1 + step;
      const decay = step < period ? 1 : 1 - share;
      accumulate(plus, moves.plus, at, lanes, decay);
      accumulate(minus, moves.minus, at, lanes, decay);
      accumulate(range, moves.range, at, lanes, decay);
      if (step < period) continue;
      for (let lane = 0; lane < lanes; lane += 1) {
        const both = (plus[lane] ?? NaN) + (minus[lane] ?? NaN);
        if (!((range[lane] ?? NaN) > 0 && both > 0)) continue;
        const index = (100 * Math.abs((plus[lane] ?? NaN) - (minus[lane] ?? NaN))) / both;
        const before = average[lane] ?? NaN;
        average[lane] = step < 2 * period ? before + index * share : before * (1 - share) + index * share;
      }
    }
    out.set(average.subarray(0, lanes), first);
  }
  return out;
}

/** One step of Wilder's average in every lane: a plain mean over the first `period` steps, then his smoothing. */
function smooth(
  average: Float64Array,
  values: Float64Array,
  at: number,
  lanes: number,
  period: number,
  step: number,
): void {
  const share = 1 / period;
  if (step <= period)
    for (let lane = 0; lane < lanes; lane += 1)
      average[lane] = (average[lane] ?? NaN) + (values[at + lane] ?? NaN) * share;
  else
    for (let lane = 0; lane < lanes; lane += 1)
      average[lane] = (average[lane] ?? NaN) * (1 - share) + (values[at + lane] ?? NaN) * share;
}

function accumulate(sum: Float64Array, values: Float64Array, at: number, lanes: number, decay: number): void {
  for (let lane = 0; lane < lanes; lane += 1)
    sum[lane] = (sum[lane] ?? NaN) * decay + (values[at + lane] ?? NaN);
}
