import { unknownColumn } from './rolling.js';

/**
 * Where a recursive indicator runs: it starts at bar `from`, as if there were nothing before, stops
 * before bar `to`, and writes bar i to `out[i]`. Bars of its warm-up are left as they are.
 */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly out: Float64Array;
}

/** The whole of a column, into a new one. */
export function wholeOf(values: Float64Array): Stretch {
  return { from: 0, to: values.length, out: unknownColumn(values.length) };
}

/**
 * A recursive indicator with a finite memory: at every bar it is started anew `length` bars back. What it
 * gives at a bar depends on these bars alone, bit for bit, however long the history is.
 *
 * @param count Bars in the series.
 * @param length Bars it sees, the current one included; the bars before the first full stretch are NaN.
 */
export function restarted(count: number, length: number, run: (stretch: Stretch) => void): Float64Array {
  const scratch = unknownColumn(count);
  const out = unknownColumn(count);
  for (let bar = length - 1; bar < count; bar += 1) {
    run({ from: bar - length + 1, to: bar + 1, out: scratch });
    out[bar] = scratch[bar] ?? NaN;
  }
  return out;
}
