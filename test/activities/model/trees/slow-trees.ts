import type { BinEdges, TreeRows } from '../../../../activities/model/trees/bins.js';
import type { TreeSettings } from '../../../../activities/model/trees/settings.js';
import { randomStream } from '../../../../data/random.js';

/** A node of a tree that is made without bins and histograms. */
interface SlowNode {
  readonly value: number;
  readonly split?: {
    readonly column: number;
    readonly threshold: number;
    readonly left: SlowNode;
    readonly right: SlowNode;
  };
}

export interface SlowTask {
  readonly edges: BinEdges;
  readonly part: TreeRows;
  readonly targets: Float32Array;
  readonly times: Int32Array;
  readonly settings: TreeSettings;
  readonly seed: readonly (string | number)[];
}

const grid = (value: number): number => Math.round(value * 2 ** 30) / 2 ** 30;

/** Largest power of two up to 2³⁰, halved until so many gradients have a sum below 2⁵² / (the next power of two). */
function stepsOf(rows: number, largest: number): number {
  const beyond = 2 ** (Math.floor(Math.log2(Math.max(rows, 0.5))) + 1);
  for (let power = 30; ; power -= 1) if (largest * 2 ** power <= 2 ** 52 / beyond ** 2) return 2 ** power;
}

/** Boosted trees, straight from the definition: every threshold of every column is tried by going through all rows. */
export function slowTrees({ edges, part, targets, times, settings, seed }: SlowTask): SlowNode[] {
  const { rounds, rate, minRows, ridge, dateShare } = settings;
  const { rankWidth, stateWidth } = edges;
  const valueOf = (row: number, column: number): number =>
    (column < rankWidth
      ? part.ranks[row * rankWidth + column]
      : part.state[row * stateWidth + column - rankWidth]) ?? NaN;
  const predictions = new Float64Array(targets.length);
  const residual = (row: number): number => (targets[row] ?? NaN) - (predictions[row] ?? NaN);
  let gradient = residual;
  const sum = (rows: readonly number[]): number => rows.reduce((total, row) => total + gradient(row), 0);
  const penalised = (rows: readonly number[]): number => {
    const total = sum(rows);
    return (total * total) / (rows.length + ridge);
  };

  const step = (rows: readonly number[]): number => sum(rows) / (rows.length + ridge);

  /** @param whole Step of all rows of the tree. */
  const grow = (rows: readonly number[], depth: number, whole: number): SlowNode => {
    const value = Math.fround(grid(rate * (step(rows) - whole)));
    if (depth === 0) return { value };
    let best: { gain: number; column: number; threshold: number } | undefined;
    edges.edges.forEach((thresholds, column) => {
      for (const threshold of thresholds) {
        const left = rows.filter((row) => valueOf(row, column) < threshold);
        const right = rows.filter((row) => valueOf(row, column) >= threshold);
        if (left.length < minRows || right.length < minRows) continue;
        const gain = penalised(left) + penalised(right) - penalised(rows);
        if (gain > (best?.gain ?? 0)) best = { gain, column, threshold };
      }
    });
    if (best === undefined) return { value };
    const { column, threshold } = best;
    const [left, right] = [
      rows.filter((row) => valueOf(row, column) < threshold),
      rows.filter((row) => valueOf(row, column) >= threshold),
    ];
    return {
      value,
      split: { column, threshold, left: grow(left, depth - 1, whole), right: grow(right, depth - 1, whole) },
    };
  };

  const output = ({ value, split }: SlowNode, row: number): number => {
    if (split === undefined) return value;
    return output(valueOf(row, split.column) < split.threshold ? split.left : split.right, row);
  };

  const dates = [...new Set(times)].sort((one, other) => one - other);
  return Array.from({ length: rounds }, (_, round) => {
    const order = Array.from(dates, (_date, place) => place);
    const drawn = randomStream([...seed, 'round', round])
      .shuffle(order)
      .slice(0, Math.ceil(dates.length * dateShare))
      .map((place) => dates[place]);
    const all = Array.from(targets, (_target, row) => row);
    const rows = all.filter((row) => drawn.includes(times[row]));
    const steps = stepsOf(
      rows.length,
      rows.reduce((most, row) => Math.max(most, Math.abs(residual(row))), 0),
    );
    gradient = (row) => Math.round(residual(row) * steps) / steps;
    const tree = grow(rows, 3, step(rows));
    for (const row of all) predictions[row] = (predictions[row] ?? NaN) + output(tree, row);
    return tree;
  });
}
