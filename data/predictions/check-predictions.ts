import { GurukulError } from '../errors.js';
import type { Predictions } from './prediction.js';
import { dateProblem } from './row-keys.js';

/**
 * Checks that all columns have as many rows, and every value.
 *
 * @param what They are, in messages.
 * @throws GurukulError BadSchema naming the first wrong row.
 */
export function requireSound(predictions: Predictions, what: string): void {
  const rows = predictions.symbol.length;
  for (const [name, column] of Object.entries(predictions))
    if (!Array.isArray(column) || column.length !== rows)
      throw new GurukulError('BadSchema', `${what}: column ${name} does not have ${String(rows)} rows`);
  const dates = new Set<string>();
  for (let row = 0; row < rows; row += 1) {
    const problem = rowProblem(predictions, row, dates);
    if (problem !== undefined)
      throw new GurukulError(
        'BadSchema',
        `${what}: row ${String(row)} (${nameRow(predictions, row)}): ${problem}`,
      );
  }
}

/** @param dates Those found to be dates, to look at each once. */
function rowProblem(predictions: Predictions, row: number, dates: Set<string>): string | undefined {
  const date = predictions.date[row] ?? '';
  const probability = predictions.probability[row] ?? NaN;
  const score = predictions.score[row] ?? NaN;
  const label = predictions.label[row] ?? NaN;
  const forwardReturn = predictions.forwardReturn[row] ?? NaN;
  const baseRate = predictions.baseRate[row] ?? NaN;
  if (predictions.symbol[row] === '') return 'symbol is empty';
  if (!dates.has(date)) {
    const problem = dateProblem(date);
    if (problem !== undefined) return problem;
    dates.add(date);
  }
  if (!(probability >= 0 && probability <= 1))
    return `probability ${String(probability)} is not between 0 and 1`;
  if (!Number.isFinite(score)) return `score ${String(score)} is not a number`;
  if (label !== 0 && label !== 1) return `label ${String(label)} is neither 0 nor 1`;
  if (!Number.isFinite(forwardReturn)) return `forward_return ${String(forwardReturn)} is not a number`;
  if (!(baseRate >= 0 && baseRate <= 1)) return `base_rate ${String(baseRate)} is not between 0 and 1`;
  return undefined;
}

function nameRow(predictions: Predictions, row: number): string {
  return `${predictions.window[row] ?? ''} at ${predictions.date[row] ?? ''}`;
}
