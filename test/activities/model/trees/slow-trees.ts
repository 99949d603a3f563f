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
  readonly weights: Float32Array;
  readonly times: Int32Array;
  readonly settings: TreeSettings;
  readonly seed: readonly (string | number)[];
}

const grid = (value: number): number => Math.round(value * 2 ** 30) / 2 ** 30;

/** Boosted trees, straight from the definition: every threshold of every column is tried by going through all rows. */
export function slowTrees({ edges, part, targets, weights, times, settings, seed }: SlowTask): SlowNode[] {
  const { rounds, rate, minWeight, ridge, dateShare } = settings;
  const { rankWidth, stateWidth } = edges;
  const valueOf = (row: number, column: number): number =>
    (column < rankWidth
      ? part.ranks[row * rankWidth + column]
      : part.state[row * stateWidth + column - rankWidth]) ?? NaN;
  const sum = (rows: readonly number[], of: (row: number) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  const weight = (row: number): number => grid(weights[row] ?? NaN);
  const predictions = new Float64Array(targets.length);
  const gradient = (row: number): number =>
    grid(weight(row) * (grid(targets[row] ?? NaN) - (predictions[row] ?? NaN)));
  const penalised = (rows: readonly number[]): number => {
    const total = sum(rows, gradient);
    return (total * total) / (sum(rows, weight) + ridge);
  };

  const step = (rows: readonly number[]): number => sum(rows, gradient) / (sum(rows, weight) + ridge);

  /** @param whole Step of all rows of the tree. */
  const grow = (rows: readonly number[], depth: number, whole: number): SlowNode => {
    const value = Math.fround(grid(rate * (step(rows) - whole)));
    if (depth === 0) return { value };
    let best: { gain: number; column: number; threshold: number } | undefined;
    edges.edges.forEach((thresholds, column) => {
      for (const threshold of thresholds) {
        const left = rows.filter((row) => valueOf(row, column) < threshold);
        const right = rows.filter((row) => valueOf(row, column) >= threshold);
        if (sum(left, weight) < minWeight || sum(right, weight) < minWeight) continue;
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
    const tree = grow(rows, 3, step(rows));
    for (const row of all) predictions[row] = (predictions[row] ?? NaN) + output(tree, row);
    return tree;
  });
}
