import path from 'node:path';

import { decodePredictions } from '../../../../data/predictions/parquet.js';
import type { Home } from '../../../../data/store/home.js';
import { readStored } from '../../../../data/store/stored-files.js';
import type { WindowAnswer } from '../../contract/training.js';

/**
 * What the teacher of a window said of the bars after it, in the order of their dates; none before its shard is trained.
 *
 * @param folder Of its shard.
 * @param window Label, `SYMBOL_START_to_END`.
 */
export async function forwardRows(
  home: Home,
  folder: string,
  window: string,
): Promise<WindowAnswer['forward']> {
  const bytes = await readStored(home, path.join(folder, 'predictions.parquet'));
  if (bytes === undefined) return [];
  const { window: windows, model, split, date, probability, label } = await decodePredictions(bytes);
  // The same file has the teachers of permuted targets, on the same bars.
  return windows.flatMap((one, row) =>
    one === window && model[row] === 'teacher' && split[row] === 'forward'
      ? [{ date: date[row] ?? '', probability: probability[row] ?? NaN, label: known(label[row]) }]
      : [],
  );
}

function known(label: number | undefined): number | null {
  return label === undefined || Number.isNaN(label) ? null : label;
}
