import { STUDENT_VARIANTS } from '../../../data/predictions/student-variants.js';
import type { StudentVariant } from '../../../data/predictions/student-variants.js';
import { logitScore } from '../../../data/predictions/logit-score.js';
import type { FeatureTable } from '../../market/feature-table.js';
import { sigmoid } from '../../stats/logistic.js';
import { rankedTimes } from '../ranking/ranked-times.js';
import type { FittedStudents, StudentWeights } from './fit-student.js';
import { outputsOf } from './head-candidates.js';
import { studentDesigns } from './student-design.js';
import type { RowOutputs, TaughtWindow } from './taught-windows.js';

/** What the students of a cohort say of the rows of a window. */
export interface StudentOutputs {
  /** The candidate as of the start of the validation part. */
  readonly validation: RowOutputs;
  readonly forward: Readonly<Record<StudentVariant, RowOutputs>>;
}

/** Rows that are computed together. */
const ROWS_AT_ONCE = 16_384;

/**
 * Predictions of all students of a cohort: one product for all of them. At a time with too few symbols to rank, the score
 * is the logit.
 */
export function studentOutputs(
  table: FeatureTable,
  windows: readonly TaughtWindow[],
  { scalers, units, variants, select }: Pick<FittedStudents, 'scalers' | 'units' | 'variants' | 'select'>,
): StudentOutputs[] {
  const ranked = rankedTimes(table);
  const places = new Map(table.symbols.map(({ symbol }, place) => [symbol, place]));
  const own = [...STUDENT_VARIANTS.map((name) => variants[name]), select];
  const predict = (part: 'validation' | 'forward', of: readonly StudentWeights[]): RowOutputs[][] => {
    const all = windows.map(() => of.map(() => ({ probability: [] as number[], score: [] as number[] })));
    for (const batch of batches(windows, part)) {
      const symbol = Int32Array.from(
        batch.flatMap((at) =>
          repeated(places.get(windows[at]?.symbol ?? '') ?? -1, rowsOf(windows[at], part)),
        ),
      );
      const row = Int32Array.from(batch.flatMap((at) => [...rowsOf(windows[at], part)]));
      const designs = studentDesigns(table, { symbol, row }, scalers, units);
      const logits = outputsOf(
        designs.probability,
        of.map(({ probability }) => Float64Array.from(probability)),
      );
      const scores = outputsOf(
        designs.score,
        of.map(({ score }) => Float64Array.from(score)),
      );
      let from = 0;
      for (const at of batch) {
        const rows = rowsOf(windows[at], part);
        const time = windows[at]?.window.table.time;
        of.forEach((_, model) => {
          for (let place = 0; place < rows.length; place += 1) {
            const cell = (from + place) * of.length + model;
            const probability = sigmoid(logits[cell] ?? NaN);
            const into = all[at]?.[model];
            into?.probability.push(probability);
            into?.score.push(
              ranked.has(time?.[rows[place] ?? -1] ?? NaN) ? (scores[cell] ?? NaN) : logitScore(probability),
            );
          }
        });
        from += rows.length;
      }
    }
    return all;
  };
  const forward = predict('forward', own.slice(0, -1));
  const validation = predict('validation', [select]);
  return windows.map((_, at) => {
    const [plain = NOTHING, reward = NOTHING, hard = NOTHING] = forward[at] ?? [];
    return { validation: validation[at]?.[0] ?? NOTHING, forward: { plain, reward, hard } };
  });
}

const NOTHING: RowOutputs = { probability: [], score: [] };

function rowsOf(window: TaughtWindow | undefined, part: 'validation' | 'forward'): Int32Array {
  return window?.window.rows[part] ?? new Int32Array(0);
}

function repeated(value: number, rows: Int32Array): number[] {
  return new Array<number>(rows.length).fill(value);
}

/** Indices of the windows, in groups of few rows. */
function batches(windows: readonly TaughtWindow[], part: 'validation' | 'forward'): number[][] {
  const groups: number[][] = [];
  let rows = Infinity;
  for (const [at, window] of windows.entries()) {
    const count = window.window.rows[part].length;
    if (rows + count > ROWS_AT_ONCE) {
      groups.push([]);
      rows = 0;
    }
    groups.at(-1)?.push(at);
    rows += count;
  }
  return groups;
}
