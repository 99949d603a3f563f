import { z } from 'zod';

import type { Predictions } from '../../data/predictions/prediction.js';
import { rowLogLoss } from '../stats/log-loss.js';
import { mean } from '../stats/moments.js';
import { parseLines } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { studentFile } from './bundle-layout.js';
import type { Difference } from './differences.js';
import { firstValueDifference } from './differences.js';

/** Both take the logarithms of the same probabilities; only the order of rounding may differ. */
const TOLERANCE = 1e-9;

/** The clip of a student's probabilities. */
const FLOOR = 1e-7;

const lineSchema = z.looseObject({
  window: z.string(),
  status: z.literal('succeeded'),
  rows: z.looseObject({ forward: z.int().min(0) }),
  logLoss: z.looseObject({ forward: z.number().nullable() }),
});

/**
 * Compares a student's windows.jsonl with its predictions: one line for each window that its cohort's teachers
 * succeeded in, with the number and log-loss of its forward rows.
 *
 * @param windows Labels of those windows.
 * @param rowsOf Rows of the students' predictions by window.
 */
export function checkStudentWindows(
  files: BundleFiles,
  cohort: string,
  windows: readonly string[],
  { probability, label, split }: Predictions,
  rowsOf: ReadonlyMap<string, readonly number[]>,
): Difference | undefined {
  const file = studentFile(cohort, 'windows.jsonl');
  const content = files.get(file);
  if (content === undefined) return { file, expected: 'a file of every student', found: 'no such file' };
  const lines = parseLines(file, content, lineSchema);
  const other = firstValueDifference(
    file,
    [...windows].sort(),
    lines.map(({ window }) => window).sort(),
    0,
    'windows',
  );
  if (other !== undefined) return other;
  for (const { window, rows, logLoss } of lines) {
    const own = (rowsOf.get(window) ?? []).filter((row) => split[row] === 'forward');
    const losses = own.map((row) => rowLogLoss(probability[row] ?? NaN, label[row] ?? NaN, FLOOR));
    const difference =
      firstValueDifference(file, own.length, rows.forward, 0, `${window} rows.forward`) ??
      firstValueDifference(file, mean(losses), logLoss.forward, TOLERANCE, `${window} logLoss.forward`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
