import { GurukulError } from '../../../data/errors.js';
import { lowerBound } from '../../../data/bars/series.js';
import { randomStream } from '../../../data/random.js';
import type { SymbolTable } from '../../market/feature-table.js';
import type { AdaptedHead } from './adapt-head.js';
import type { TaughtWindow, TeachTask } from './teach-windows.js';
import { teachWindows } from './teach-windows.js';
import type { TrainableWindow } from './window-batch.js';

/** Windows of a shard that are probed. */
const WINDOWS = 4;
/** Features after the cut are multiplied by this. */
const FACTOR = 1_000_000;

/** How much the probe compared. */
export interface PredictionProbe {
  /** Predictions compared, of both heads. */
  readonly predictions: number;
}

/**
 * Probe (d) on predictions: everything that a table says about bars after some time t in the forward part is replaced,
 * features and targets alike, and some of the shard's windows are taught again. Their predictions up to t may not
 * change by a bit: a row that is shifted by one, or a model that looks at later rows, does not pass. The features
 * themselves are probed on bars, see `probeFuture`.
 *
 * @param taught The outcome of the task.
 * @param seed Key of the random stream that draws t.
 * @param teach The code that is tested for leaks.
 * @throws GurukulError Bug naming the first prediction that changes; Cancelled.
 */
export async function probePredictions(
  task: Omit<TeachTask, 'onStep'>,
  taught: readonly (TaughtWindow | undefined)[],
  seed: readonly (string | number)[],
  teach: typeof teachWindows = teachWindows,
): Promise<PredictionProbe> {
  const windows = task.windows.slice(0, WINDOWS);
  const last = drawTime(windows, seed);
  if (last === undefined) return { predictions: 0 };
  const changed = windows.map(({ table, rows }) => ({ table: replacedAfter(table, last), rows }));
  const again = await teach({ ...task, windows: changed, onStep: () => undefined });
  let predictions = 0;
  windows.forEach((window, place) => {
    const [before, after] = [taught[place], again[place]];
    if (before === undefined) return;
    predictions += compared(window, last, 'probability', before.probability, after?.probability);
    predictions += compared(window, last, 'score', before.score, after?.score);
  });
  return { predictions };
}

/** The time of a forward row, drawn at random; undefined where there are none. */
function drawTime(
  windows: readonly TrainableWindow[],
  seed: readonly (string | number)[],
): number | undefined {
  const times = windows.flatMap(({ table, rows }) =>
    Array.from(rows.forward, (row) => table.time[row] ?? NaN),
  );
  const ordered = Float64Array.from(new Set(times)).sort();
  return ordered.length === 0
    ? undefined
    : ordered[randomStream([...seed, 'probe', 'predictions']).integer(0, ordered.length - 1)];
}

function replacedAfter(table: SymbolTable, last: number): SymbolTable {
  const bars = table.time.length;
  const first = lowerBound(table.time, last + 1);
  const inflated = (values: Float32Array): Float32Array => {
    const copy = values.slice();
    for (let at = (first * values.length) / Math.max(1, bars); at < copy.length; at += 1)
      copy[at] = (copy[at] ?? NaN) * FACTOR;
    return copy;
  };
  const label = table.label.slice();
  for (let row = first; row < bars; row += 1) label[row] = 1 - (label[row] ?? 0);
  return {
    ...table,
    label,
    features: inflated(table.features),
    relative: inflated(table.relative),
    ranks: inflated(table.ranks),
    state: inflated(table.state),
    weight: inflated(table.weight),
    targets: table.targets.map(inflated),
  };
}

/** @returns Number of predictions compared. @throws GurukulError Bug when one differs. */
function compared(
  { table, rows }: TrainableWindow,
  last: number,
  head: string,
  before: AdaptedHead,
  after: AdaptedHead | undefined,
): number {
  let count = 0;
  for (const part of ['validation', 'forward'] as const)
    rows[part].forEach((row, at) => {
      if ((table.time[row] ?? Infinity) > last) return;
      count += 1;
      if (Object.is(before[part][at], after?.[part][at])) return;
      throw new GurukulError(
        'Bug',
        `the leakage probe future found that the ${head} of ${table.symbol} changes in row ${row} (${part}) when the rows after it are replaced: ${after?.[part][at]}, not ${before[part][at]}`,
      );
    });
  return count;
}
